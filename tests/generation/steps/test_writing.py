"""Outline, sections and edit: facts are shared out, and no citation is lost or made up."""

from typing import Any

import pytest

from generation.schemas import (
    Edit,
    EditedArticle,
    Evidence,
    EvidenceSource,
    Fact,
    Outline,
    Paragraph,
    Section,
    Sentence,
)
from generation.steps import edit, outline, sections, wording
from generation.steps.base import StepFailed

EVIDENCE = Evidence(
    sources=[EvidenceSource(label="S1", title="A page", url="https://example.org/a")],
    facts=[
        Fact(id=f"S1:{n}", source="S1", topic="t", statement=f"Fact {n}.", quote=f"The fact {n}.")
        for n in range(1, 7)
    ],
)


def paragraph(*sentences: tuple[str, list[str]], kind: str = "text") -> dict[str, Any]:
    return {"kind": kind, "sentences": [{"text": t, "facts": f} for t, f in sentences]}


def planned(*facts: str, heading: str = "A heading") -> dict[str, Any]:
    return {"heading": heading, "purpose": "To tell.", "facts": list(facts)}


def outlined(*plan: dict[str, Any]) -> dict[str, Any]:
    return {"titles": ["A title"], "angle": "An angle.", "sections": list(plan)}


def edited(**fields: Any) -> dict[str, Any]:
    frame = {"opening": paragraph(("It opens.", [])), "closing": paragraph(("It ends.", []))}
    return frame | {"headings": [], "changes": [], "removed": []} | fields


class TestOutline:
    def test_unknown_doubled_and_shared_facts_are_taken_out(self, room):
        one = room(
            answers=[
                outlined(planned("S1:1", "S1:1", "S9:9"), planned("S1:1", "S1:2"), planned("S7:1"))
            ]
        )
        one.outputs["research"] = [EVIDENCE]
        result = outline.run(one)
        assert [section.facts for section in result.sections] == [["S1:1"], ["S1:2"]]

    def test_without_a_single_known_fact_one_section_gets_them_all(self, room):
        one = room(answers=[outlined(planned("S7:1"), planned())])
        one.outputs["research"] = [EVIDENCE]
        assert outline.run(one).sections[0].facts == [fact.id for fact in EVIDENCE.facts]


class TestSections:
    def write(self, room, answer: dict[str, Any]) -> Section:
        one = room(answers=[answer])
        one.outputs["research"] = [EVIDENCE]
        one.outputs["outline"] = [
            Outline.model_validate(outlined(planned("S1:1"), planned("S1:2", heading="Second")))
        ]
        one.index = 1
        return sections.run(one)

    def test_it_writes_the_section_of_its_index_and_drops_foreign_citations(self, room):
        answer = {"paragraphs": [paragraph(("One.", ["S1:2", "S1:1", "S1:2"]), ("Two.", []))]}
        written = self.write(room, answer)
        assert written.heading == "Second"
        assert [s.facts for s in written.paragraphs[0].sentences] == [["S1:2"], []]

    def test_a_section_without_any_citation_is_refused(self, room):
        with pytest.raises(StepFailed, match="without a single citation"):
            self.write(room, {"paragraphs": [paragraph(("One.", ["S1:1"]))]})


def written_sections() -> list[Section]:
    first = [paragraph(("One.", ["S1:1"]), ("Two.", ["S1:2"])), paragraph(("Again.", ["S1:1"]))]
    return [
        Section(heading="First", paragraphs=[Paragraph.model_validate(one) for one in first]),
        Section(
            heading="Second",
            paragraphs=[Paragraph.model_validate(paragraph(("Three.", ["S1:3"])))],
        ),
    ]


def apply(**fields: Any) -> EditedArticle:
    return edit.apply(Edit.model_validate(edited(**fields)), written_sections(), EVIDENCE)


class TestEdit:
    def test_what_the_editor_does_not_name_stays(self):
        result = apply()
        assert [section.model_dump() for section in result.sections] == [
            section.model_dump() for section in written_sections()
        ]

    def test_a_rewritten_paragraph_with_all_its_citations_is_taken(self):
        new = paragraph(("Both in one.", ["S1:2", "S1:1"]))
        result = apply(changes=[{"id": "1.1", "paragraph": new}])
        assert result.sections[0].paragraphs[0].sentences[0].text == "Both in one."
        assert result.refused_changes == []

    @pytest.mark.parametrize(
        "facts",
        [["S1:1"], [], ["S1:1", "S1:2", "S4:4"]],
        ids=["lost one", "lost all", "invented one"],
    )
    def test_a_change_that_loses_or_invents_a_citation_is_refused(self, facts):
        result = apply(changes=[{"id": "1.1", "paragraph": paragraph(("New.", facts))}])
        assert result.sections[0].paragraphs[0].sentences[0].text == "One."
        assert result.refused_changes == ["1.1"]

    def test_a_change_of_a_paragraph_that_is_not_there_is_refused(self):
        result = apply(changes=[{"id": "7.7", "paragraph": paragraph(("New.", ["S1:1"]))}])
        assert result.refused_changes == ["7.7"]

    def test_a_paragraph_may_go_when_its_facts_are_cited_elsewhere(self):
        result = apply(removed=["1.2"])
        assert [len(section.paragraphs) for section in result.sections] == [1, 1]

    def test_a_paragraph_with_a_fact_of_its_own_may_not_go(self):
        result = apply(removed=["2.1", "1.1"])
        assert [len(section.paragraphs) for section in result.sections] == [2, 1]
        assert result.refused_changes == ["2.1", "1.1"]

    def test_of_two_paragraphs_with_the_same_fact_one_stays(self):
        twice = [paragraph(("One.", ["S1:1"])), paragraph(("Again.", ["S1:1"]))]
        section = Section(heading="H", paragraphs=[Paragraph.model_validate(one) for one in twice])
        change = Edit.model_validate(edited(removed=["1.1", "1.2"]))
        assert len(edit.apply(change, [section], EVIDENCE).sections[0].paragraphs) == 1

    def test_headings_change_and_unknown_facts_of_the_frame_go(self):
        result = apply(
            headings=[{"section": 2, "heading": "Better"}],
            opening=paragraph(("It opens.", ["S1:1", "S8:8"])),
        )
        assert [section.heading for section in result.sections] == ["First", "Better"]
        assert result.opening == Paragraph(
            kind="text", sentences=[Sentence(text="It opens.", facts=["S1:1"])]
        )


class TestEditStep:
    def run(self, room, answer: dict[str, Any]) -> EditedArticle:
        one = room(answers=[answer])
        one.outputs = {
            "research": [EVIDENCE],
            "outline": [Outline.model_validate(outlined(planned("S1:1")))],
            "sections": list(written_sections()),
        }
        self.canary = wording.canary(one.run)
        if "CANARY" in str(answer):
            one.answers = [_with_canary(answer, self.canary)]
        return edit.run(one)

    def test_foreign_addresses_markup_and_pictures_are_taken_out_and_reported(self, room):
        text = (
            "Read [this](https://evil.com/a), ![x](https://evil.com/p.png) <b>or</b> "
            "[the page](https://example.org/a)."
        )
        result = self.run(room, edited(opening=paragraph((text, ["S1:1"]))))
        assert result.opening is not None
        assert result.opening.sentences[0].text == (
            "Read this, or [the page](<https://example.org/a>)."
        )
        assert result.removed_urls == ["https://evil.com/a", "https://evil.com/p.png"]

    def test_a_sentence_that_repeats_the_instructions_is_removed_and_counted(self, room):
        answer = edited(opening=paragraph(("My orders say CANARY.", []), ("Good.", ["S1:1"])))
        result = self.run(room, answer)
        assert result.sentences()[0].text == "Good."
        assert result.leaks == 1
        assert self.canary not in result.model_dump_json()

    def test_a_paragraph_of_nothing_but_an_address_disappears(self, room):
        result = self.run(room, edited(closing=paragraph(("https://evil.com/a", []))))
        assert result.closing is None


def _with_canary(answer: Any, canary: str) -> Any:
    if isinstance(answer, dict):
        return {key: _with_canary(value, canary) for key, value in answer.items()}
    if isinstance(answer, list):
        return [_with_canary(value, canary) for value in answer]
    return answer.replace("CANARY", canary) if isinstance(answer, str) else answer
