"""Hostile answers: what a model can send is cleaned or refused before anything uses it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from generation.client import response_format
from generation.schemas import (
    Edit,
    FactSheet,
    Metadata,
    Outline,
    SectionText,
    Sentence,
)

ANSWERS: list[type[BaseModel]] = [FactSheet, Outline, SectionText, Edit, Metadata]


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="")))
def test_texts_are_one_line_without_what_breaks_or_hides(text):
    try:
        kept = Sentence(text=text, facts=[]).text
    except ValidationError:
        return
    assert kept == " ".join(kept.split())
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF or ord(c) == 0x202E for c in kept)
    kept.encode()


def test_nul_surrogates_and_direction_marks_are_removed():
    sentence = Sentence.model_validate({"text": "a\x00b\ud800c\u202ed\ne", "facts": ["S1:1\x00"]})
    assert sentence.text == "abcd e"
    assert sentence.facts == ["S1:1"]


@pytest.mark.parametrize(
    "answer",
    [
        {"title": "x" * 1_000_000, "slug": "x", "summary": "x", "tags": []},
        {"title": "x", "slug": "x", "summary": "x" * 1_000_000, "tags": []},
        {"title": "x", "slug": "x", "summary": "x", "tags": ["x"] * 1000},
        {"title": "\x00 \u200b", "slug": "x", "summary": "x", "tags": []},
        {"title": ["x"], "slug": "x", "summary": "x", "tags": []},
        {"title": "x", "slug": "x", "summary": "x"},
        [],
        "x",
        None,
    ],
)
def test_answers_out_of_bounds_are_refused(answer):
    with pytest.raises(ValidationError):
        Metadata.model_validate(answer)


@pytest.mark.parametrize("schema", ANSWERS)
def test_every_answer_can_be_asked_for_strictly(schema):
    wanted = response_format(schema)["json_schema"]
    assert wanted["name"] == schema.__name__
    assert wanted["strict"] is True
    _assert_strict(wanted["schema"])


def _assert_strict(node: object) -> None:
    """All fields required, nothing else allowed, no keyword that strict mode refuses."""
    if isinstance(node, list):
        for item in node:
            _assert_strict(item)
    if isinstance(node, dict):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert sorted(node["required"]) == sorted(node["properties"])
        assert not {"default", "minLength", "maxLength"} & node.keys() or "properties" in node
        for value in node.values():
            _assert_strict(value)


def test_unknown_fields_are_ignored_rather_than_stored():
    answer = {"text": "Good.", "facts": [], "html": "<script>"}
    assert json.loads(Sentence.model_validate(answer).model_dump_json()) == {
        "text": "Good.",
        "facts": [],
    }
