"""What a check looks at: the finished text, what it rests on, and what was asked for."""

from dataclasses import dataclass, field

from generation.models import SourceSnapshot, StyleGuide
from generation.schemas import EditedArticle, Evidence, Metadata


@dataclass(frozen=True, kw_only=True)
class Material:
    """Everything a check may need; checks read it and change nothing."""

    article: EditedArticle
    metadata: Metadata
    evidence: Evidence
    snapshots: list[SourceSnapshot]
    style_guide: StyleGuide
    language: str
    target_words: int
    canary: str
    # Title and text of the posts of this blog that are nearest to it.
    own_posts: list[tuple[str, str]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return every piece of text a reader will see, sentence by sentence."""
        headings = [section.heading for section in self.article.sections]
        sentences = [sentence.text for sentence in self.article.sentences()]
        return [self.metadata.title, self.metadata.summary, *headings, *sentences]
