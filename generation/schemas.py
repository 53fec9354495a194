"""What the model may answer and what steps hand on: cleaning and bounds are part of the types.

Answers have no defaults: a strict JSON schema asks the model for every field.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from generation.sources import text


def _line(value: object) -> object:
    """One line without control characters, surrogates and what hides."""
    return " ".join(text.clean(value).split()) if isinstance(value, str) else value


def _block(value: object) -> object:
    """Lines and indents as they are, without what hides; cut to nothing, it is no answer."""
    return text.visible(value).strip("\n") if isinstance(value, str) else value


Title = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=160)]
Heading = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=160)]
Purpose = Annotated[str, BeforeValidator(_line), Field(max_length=600)]
SentenceText = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=1500)]
Quote = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=1000)]
AltText = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=240)]
Summary = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=400)]
Line = Annotated[str, BeforeValidator(_line), Field(max_length=160)]
Blurb = Annotated[str, BeforeValidator(_line), Field(max_length=400)]
Markdown = Annotated[str, BeforeValidator(_block), Field(min_length=1, max_length=60_000)]
Word = Annotated[str, BeforeValidator(_line), Field(max_length=80)]
Id = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=20)]


# -- What the model answers; the class name is the name of the JSON schema -------------------------


class FoundFact(BaseModel):
    """Something a source says, as the model read it; worth nothing until the quote was found."""

    source: Id = Field(description="The label of the source, such as S1.")
    quote: Quote = Field(description="The passage that says it, copied character by character.")
    statement: SentenceText = Field(description="What it says, in one sentence of your own.")
    topic: Word = Field(description="What it is about, in two to five words.")


class FactSheet(BaseModel):
    """The answer of `research`."""

    facts: list[FoundFact] = Field(max_length=120)


class PlannedSection(BaseModel):
    """A section before it is written."""

    heading: Heading
    purpose: Purpose = Field(description="What the reader knows after it, in one sentence.")
    facts: list[Id] = Field(max_length=60, description="Ids of the facts it uses, in order.")


class Outline(BaseModel):
    """The answer of `outline`, and its output once every fact id in it exists."""

    titles: list[Title] = Field(min_length=1, max_length=5)
    angle: Purpose = Field(description="What the article argues or explains, in one sentence.")
    sections: list[PlannedSection] = Field(min_length=1, max_length=8)


class Sentence(BaseModel):
    """One sentence and the facts it rests on; none for a sentence that only connects."""

    text: SentenceText
    facts: list[Id] = Field(max_length=8, description="Ids of the facts that support it.")


class Paragraph(BaseModel):
    """Sentences that belong together; of a list, each sentence is an item."""

    kind: Literal["text", "list", "quote"]
    sentences: list[Sentence] = Field(min_length=1, max_length=30)


class SectionText(BaseModel):
    """The answer of `sections`."""

    paragraphs: list[Paragraph] = Field(min_length=1, max_length=30)


class ParagraphChange(BaseModel):
    """A paragraph as the editor wants it."""

    id: Id = Field(description="The id of the paragraph, such as 2.1 or B4.")
    paragraph: Paragraph


class HeadingChange(BaseModel):
    """A heading as the editor wants it."""

    section: int = Field(ge=1, le=20, description="The number of the section, from 1.")
    heading: Heading


class Edit(BaseModel):
    """The answer of `edit`: only what changes, so that nothing else can get lost."""

    opening: Paragraph
    headings: list[HeadingChange] = Field(max_length=8)
    changes: list[ParagraphChange] = Field(max_length=120)
    removed: list[Id] = Field(max_length=60, description="Paragraphs that repeat another one.")
    closing: Paragraph


class Metadata(BaseModel):
    """The answer and the output of `metadata`."""

    title: Title
    slug: Word = Field(description="Three to seven words of the title, lowercase, with hyphens.")
    summary: Summary = Field(description="One or two plain sentences, 90 to 200 characters.")
    tags: list[Word] = Field(max_length=8)


class CoverIdea(BaseModel):
    """The answer of `cover`."""

    scene: Purpose = Field(description="What the picture shows, for the one who draws it.")
    alt_text: AltText = Field(description="The same for a reader who can't see it, in a sentence.")


class Addition(BaseModel):
    """Paragraphs that the post did not have."""

    after: Id = Field(description="The id of the block behind which they stand, such as B7.")
    heading: Line = Field(description="A heading above them; empty under the heading there is.")
    paragraphs: list[Paragraph] = Field(min_length=1, max_length=12)


class Refresh(BaseModel):
    """The answer of `refresh`: only what changes, so that nothing else can get lost."""

    title: Title
    summary: Summary
    changes: list[ParagraphChange] = Field(max_length=60)
    additions: list[Addition] = Field(max_length=12)
    removed: list[Id] = Field(max_length=30, description="Blocks that are not true any more.")


class TranslatedPassage(BaseModel):
    """The answer and the output of one of the `passages`: Markdown."""

    markdown: Markdown = Field(description="The passage in the other language, as Markdown.")


class TranslatedTitle(BaseModel):
    """The answer and the output of `title`."""

    title: Title
    slug: Word = Field(description="Three to seven words of the title, lowercase, with hyphens.")
    summary: Blurb = Field(description="The summary; empty if there is none.")
    seo_title: Line = Field(description="The title for search engines; empty if there is none.")
    seo_description: Blurb = Field(
        max_length=320,
        description="The description for search engines; empty if there is none.",
    )


# -- What steps hand on ----------------------------------------------------------------------------


class EvidenceSource(BaseModel):
    """A snapshot as the later steps see it."""

    label: str
    title: str
    url: str


class OwnPage(BaseModel):
    """A live page of this blog that the article may link to."""

    title: str
    url: str


class Fact(BaseModel):
    """Something a source says; `quote` is a literal piece of the snapshot `source`."""

    id: str
    source: str
    topic: str
    statement: str
    quote: str


class Evidence(BaseModel):
    """The output of `research`."""

    sources: list[EvidenceSource]
    facts: list[Fact]
    # Facts of the model that no snapshot bears out, and sources of the plan that could not be read.
    dropped: int = 0
    problems: list[str] = []
    # What the blog had when the run began: later prompts must not change while a step is repeated.
    own_pages: list[OwnPage] = []
    tags: list[str] = []

    def fact(self, fact_id: str) -> Fact | None:
        """Return the fact with this id, if there is one."""
        return next((fact for fact in self.facts if fact.id == fact_id), None)


class Original(BaseModel):
    """The output of `original`: the post as the run took it in hand, its text in passages."""

    language: str
    passages: list[str]


class Section(BaseModel):
    """The output of one of the `sections`."""

    heading: str
    paragraphs: list[Paragraph]


class EditedArticle(BaseModel):
    """The output of `edit`: the whole text, its links closed to the outside world."""

    opening: Paragraph | None
    sections: list[Section]
    closing: Paragraph | None
    # Addresses taken out because nobody vouches for them.
    removed_urls: list[str] = []
    # Sentences taken out because they repeated the instructions given to the model.
    leaks: int = 0
    # Paragraphs whose edit was refused because it lost or invented a citation.
    refused_changes: list[str] = []

    def paragraphs(self) -> list[Paragraph]:
        """Return all paragraphs in reading order."""
        middle = [paragraph for section in self.sections for paragraph in section.paragraphs]
        return [p for p in [self.opening, *middle, self.closing] if p is not None]

    def sentences(self) -> list[Sentence]:
        """Return all sentences in reading order."""
        return [sentence for paragraph in self.paragraphs() for sentence in paragraph.sentences]


class Piece(BaseModel):
    """A piece of a refreshed post: as it was, or new; new ones keep the footnote marks they had."""

    kept: str = ""
    section: Section | None = None
    marks: str = ""


class Refreshed(BaseModel):
    """The output of `revise`."""

    title: str
    summary: str
    pieces: list[Piece]
    # Sentences of the earlier text that stand in changed paragraphs: it is what bears them out.
    earlier: list[Fact] = []
    removed_urls: list[str] = []
    leaks: int = 0
    refused_changes: list[str] = []

    def news(self) -> EditedArticle:
        """Return what is new as an article, for all that looks at articles."""
        return EditedArticle(
            opening=None,
            sections=[piece.section for piece in self.pieces if piece.section],
            closing=None,
            removed_urls=self.removed_urls,
            leaks=self.leaks,
            refused_changes=self.refused_changes,
        )


class Finding(BaseModel):
    """What a check has to say; `block` means that it must not be approved like this."""

    check: str
    level: Literal["pass", "warn", "block"]
    message: str
    sentence: str = ""


class CheckReport(BaseModel):
    """The output of `checks`."""

    findings: list[Finding]


class Cover(BaseModel):
    """The output of `cover`: a picture of the library, or why there is none."""

    image_id: int | None = None
    problem: str = ""


class Filed(BaseModel):
    """The output of `file`."""

    post_id: int
    claims: int
    sources: int
