"""The edited article as it is filed: Markdown, footnotes to its sources, and its claims."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from generation import closed_world
from generation.schemas import EditedArticle, Evidence, EvidenceSource, Paragraph, Sentence

_HEADINGS = {"en": "Sources", "de": "Quellen", "fr": "Sources", "es": "Fuentes"}


@dataclass(frozen=True)
class Support:
    """A sentence, and one quote that supports it; label and quote are "" when none does."""

    sentence: str
    label: str = ""
    quote: str = ""


def body(article: EditedArticle, evidence: Evidence, *, language: str) -> str:
    """Return the article's Markdown: footnotes lead to the sources that it cites, and no other."""
    cited = cited_sources(article, evidence)
    marks = {source.label: f"[^{number}]" for number, source in enumerate(cited, 1)}
    blocks = [block(article.opening, marks)] if article.opening else []
    for section in article.sections:
        blocks.append(f"## {section.heading}")
        blocks += [block(paragraph, marks) for paragraph in section.paragraphs]
    if article.closing:
        blocks.append(block(article.closing, marks))
    if cited:
        blocks.append(heading(language))
        blocks += [f"{marks[source.label]}: {entry(source)}" for source in cited]
    return "\n\n".join(blocks) + "\n"


def heading(language: str) -> str:
    """Return the heading above the sources."""
    return f"## {_HEADINGS.get(language.split('-')[0], 'Sources')}"


def cited_sources(article: EditedArticle, evidence: Evidence) -> list[EvidenceSource]:
    """Return the sources that the text rests on, in the order of their first citation."""
    labels = [label for sentence in article.sentences() for label in _labels(sentence)]
    known = {source.label: source for source in evidence.sources}
    return [known[label] for label in dict.fromkeys(labels) if label in known]


def supports(
    article: EditedArticle, evidence: Evidence, *, unsupported: Container[str] = ()
) -> Iterator[Support]:
    """Yield what supports each sentence, in reading order, one for each quote.

    A sentence that is among the `unsupported` claims is yielded without label and quote.
    """
    for sentence in article.sentences():
        if not sentence.facts and sentence.text in unsupported:
            yield Support(sentence.text)
        for fact_id in sentence.facts:
            if fact := evidence.fact(fact_id):
                yield Support(sentence.text, fact.source, fact.quote)


def _labels(sentence: Sentence) -> list[str]:
    """The labels of a sentence's sources, each once."""
    return list(dict.fromkeys(fact_id.partition(":")[0] for fact_id in sentence.facts))


def block(paragraph: Paragraph, marks: dict[str, str]) -> str:
    """Return a paragraph as Markdown, with the footnote marks of its sources."""
    sentences = paragraph.sentences
    if paragraph.kind == "list":
        return "\n".join(f"- {s.text}{_cite(_labels(s), marks)}" for s in sentences)
    written = " ".join(
        sentence.text + _cite(_due(sentence, following), marks)
        for sentence, following in zip(sentences, [*sentences[1:], None], strict=True)
    )
    return f"> {written}" if paragraph.kind == "quote" else written


def _due(sentence: Sentence, following: Sentence | None) -> list[str]:
    """The labels to show here: consecutive sentences from the same sources share one mark."""
    labels = _labels(sentence)
    return [] if following and _labels(following) == labels else labels


def _cite(labels: list[str], marks: dict[str, str]) -> str:
    return "".join(marks[label] for label in labels if label in marks)


def entry(source: EvidenceSource) -> str:
    """Return what the footnote of a source says."""
    title = closed_world.escape(source.title)
    return f"[{title}]({destination(source.url)})" if source.url else title


def destination(url: str) -> str:
    """Return an address as Markdown takes it: nothing in it can end the link."""
    unsafe = {"<": "%3C", ">": "%3E", "(": "%28", ")": "%29", "\\": "%5C", " ": "%20"}
    return "".join(unsafe.get(character, character) for character in url)
