"""The filed Markdown: footnotes where they are due, sources that are cited, titles as text."""

from blog.rendering import render_markdown
from generation import manuscript
from generation.schemas import (
    EditedArticle,
    Evidence,
    EvidenceSource,
    Fact,
    Paragraph,
    Section,
    Sentence,
)

EVIDENCE = Evidence(
    sources=[
        EvidenceSource(
            label="S1", title="One [a](https://evil.com)", url="https://example.org/a(b)"
        ),
        EvidenceSource(label="S2", title="Never cited", url="https://example.org/2"),
        EvidenceSource(label="S3", title="1. A <b>note</b>", url=""),
    ],
    facts=[
        Fact(id=name, source=name[:2], topic="t", statement="s", quote=f"quote {name}")
        for name in ("S1:1", "S1:2", "S2:1", "S3:1")
    ],
)


def article(*paragraphs: Paragraph) -> EditedArticle:
    section = Section(heading="Heading", paragraphs=list(paragraphs))
    return EditedArticle(opening=None, sections=[section], closing=None)


def paragraph(*sentences: tuple[str, list[str]], kind: str = "text") -> Paragraph:
    made = [Sentence(text=text, facts=facts) for text, facts in sentences]
    return Paragraph.model_validate({"kind": kind, "sentences": made})


def body(*paragraphs: Paragraph, language: str = "en") -> str:
    return manuscript.body(article(*paragraphs), EVIDENCE, language=language)


def test_neighbours_from_the_same_source_share_a_mark():
    text = body(paragraph(("A.", ["S1:1"]), ("B.", ["S1:2"]), ("C.", ["S3:1"]), ("D.", [])))
    assert "A. B.[^1] C.[^2] D." in text


def test_a_sentence_on_two_sources_has_both_marks():
    assert "A.[^1][^2]" in body(paragraph(("A.", ["S3:1", "S1:1", "S3:1"])))


def test_sources_are_numbered_as_they_are_cited_and_others_are_left_out():
    text = body(paragraph(("A.", ["S3:1"]), ("B.", ["S1:1"])))
    assert text.index("[^1]: 1\\. A \\<b>note\\</b>") < text.index("[^2]: [One")
    assert "Never cited" not in text


def test_titles_of_sources_are_text_and_their_addresses_one_link():
    html = render_markdown(body(paragraph(("A.", ["S1:1"]), ("B.", ["S3:1"]))))
    assert 'href="https://example.org/a%28b%29"' in html
    assert "evil.com" in html
    assert 'href="https://evil.com' not in html
    assert "1. A &lt;b&gt;note&lt;/b&gt;" in html


def test_lists_and_quotations_become_blocks():
    items = paragraph(("A.", ["S1:1"]), ("B.", []), kind="list")
    text = body(items, paragraph(("C.", ["S1:1"]), kind="quote"))
    assert "- A.[^1]\n- B." in text
    assert "> C.[^1]" in text


def test_without_citations_there_is_no_list_of_sources():
    assert "Sources" not in body(paragraph(("A.", [])))


def test_the_list_of_sources_is_called_so_in_the_posts_language():
    assert "## Quellen" in body(paragraph(("A.", ["S1:1"])), language="de-AT")


def test_supports_name_each_quote_and_the_claims_without_any():
    made = article(paragraph(("A.", ["S1:1", "S3:1"]), ("B.", []), ("C.", [])))
    found = list(manuscript.supports(made, EVIDENCE, unsupported={"C."}))
    assert [(one.sentence, one.label, one.quote) for one in found] == [
        ("A.", "S1", "quote S1:1"),
        ("A.", "S3", "quote S3:1"),
        ("C.", "", ""),
    ]
