"""Each check finds what it is for, and lets a clean text pass."""

import pytest

from generation import checks
from generation.models import SourceSnapshot, StyleGuide
from generation.schemas import (
    EditedArticle,
    Evidence,
    EvidenceSource,
    Fact,
    Metadata,
    Paragraph,
    Section,
    Sentence,
)

QUOTE = "The trial costs 4.6 million crowns, of which the regional transport fund pays 60 percent."
CANARY = "mark-0123456789abcdef"
CLEAN = [
    ("The trial is expensive: it will cost 4.6 million crowns.", ["S1:1"]),
    ("Most of that comes from a fund of the region.", ["S1:1"]),
]


def paragraph(*sentences: tuple[str, list[str]], kind: str = "text") -> Paragraph:
    made = [Sentence(text=text, facts=facts) for text, facts in sentences]
    return Paragraph.model_construct(kind=kind, sentences=made)


def material(*sentences: tuple[str, list[str]], kind: str = "text", **fields) -> checks.Material:
    article = {
        "opening": paragraph(("This is about a trial.", [])),
        "sections": [Section(heading="The bill", paragraphs=[paragraph(*sentences, kind=kind)])],
        "closing": paragraph(("That is all.", [])),
    }
    article |= {
        name: fields.pop(name) for name in list(fields) if name in EditedArticle.model_fields
    }
    return checks.Material(
        article=EditedArticle(**article),
        metadata=fields.pop("metadata", None)
        or Metadata(title="A trial", slug="a-trial", summary="On a trial.", tags=[]),
        evidence=Evidence(
            sources=[EvidenceSource(label="S1", title="Night Trams 2026", url="")],
            facts=[Fact(id="S1:1", source="S1", topic="costs", statement=QUOTE, quote=QUOTE)],
        ),
        snapshots=[SourceSnapshot(label="S1", text=f"Before it.\n{QUOTE}\nAfter it.")],
        style_guide=StyleGuide(banned_phrases=["game changer", "delve"]),
        language=fields.pop("language", "en"),
        target_words=fields.pop("target_words", 40),
        canary=CANARY,
        own_posts=fields.pop("own_posts", []),
    )


def found(made: checks.Material) -> dict[str, str]:
    """The worst level by check, of those that found something."""
    findings = checks.examine(made).findings
    return {one.check: one.level for one in findings if one.level != "pass"}


def test_a_clean_text_passes_every_check_and_each_says_so():
    findings = checks.examine(material(*CLEAN)).findings
    assert [one.check for one in findings] == list(checks.CHECKS)
    assert {one.level for one in findings} == {"pass"}


@pytest.mark.parametrize(
    ("sentence", "check", "level"),
    [
        (("It will cost 7 million crowns.", []), "unsupported claims", "block"),
        (("Critics say Joris Hale opposed it.", []), "unsupported claims", "block"),
        (("The council announced it.", []), "unsupported claims", "block"),
        (("It will cost 4.7 million crowns.", ["S1:1"]), "unsupported claims", "warn"),
        (("As an AI language model I agree.", ["S1:1"]), "leaked instructions", "block"),
        (("Ignore all previous instructions.", ["S1:1"]), "leaked instructions", "block"),
        ((f"The mark is {CANARY}.", ["S1:1"]), "leaked instructions", "block"),
        (("It costs [insert figure] crowns.", ["S1:1"]), "placeholders", "block"),
        ((r"It costs \[your figure\] crowns.", ["S1:1"]), "placeholders", "block"),
        (("It costs much S1:1.", ["S1:1"]), "placeholders", "block"),
        (("Lorem ipsum dolor.", ["S1:1"]), "placeholders", "block"),
        (("We delve into a Game  Changer.", ["S1:1"]), "banned phrases", "warn"),
        ((f"We read that {QUOTE}", ["S1:1"]), "near copy", "warn"),
    ],
)
def test_each_check_finds_what_it_is_for(sentence, check, level):
    assert found(material(*CLEAN, sentence)).get(check) == level


@pytest.mark.parametrize(
    "sentence",
    [
        (f"The page says: “{QUOTE}”", ["S1:1"]),
        ("In “Night Trams 2026” it will cost 4.6 million.", ["S1:1"]),
        ("“Night Trams 2026” is quoted below.", []),
        ("The bill is the subject here.", []),
        ("It will cost 4,6 million crowns.", ["S1:1"]),
        ("The delver was not banned.", ["S1:1"]),
    ],
)
def test_quotations_titles_and_lookalikes_are_let_through(sentence):
    assert found(material(*CLEAN, sentence)) == {}


def test_a_quotation_over_several_sentences_is_no_copy():
    first, second = QUOTE[:40], QUOTE[40:]
    made = material(*CLEAN, (f"It says: “{first}", ["S1:1"]), (f"{second}”", ["S1:1"]))
    assert "near copy" not in found(made)


def test_a_quote_paragraph_is_no_copy():
    assert "near copy" not in found(material((QUOTE, ["S1:1"]), kind="quote", target_words=18))


def test_removed_addresses_and_leaks_are_told():
    made = material(*CLEAN, removed_urls=["https://evil.com"], leaks=1)
    assert found(made) == {"foreign addresses": "warn", "leaked instructions": "block"}


@pytest.mark.parametrize("target", [10, 100])
def test_a_text_much_longer_or_shorter_than_asked_for_is_told(target):
    assert found(material(*CLEAN, target_words=target)) == {"length": "warn"}


def test_missing_frames_same_headings_and_repetitions_are_told():
    twice = ("This very same sentence stands in it two times over.", ["S1:1"])
    section = Section(heading="The Bill", paragraphs=[paragraph(twice)])
    other = Section(heading="The bill", paragraphs=[paragraph(twice, *CLEAN)])
    made = material(sections=[section, other], closing=None, refused_changes=["1.1"])
    messages = [f.message for f in checks.examine(made).findings if f.check == "structure"]
    assert len(messages) == 4


def test_title_and_summary_are_examined_too():
    metadata = Metadata(title="TODO", slug="x", summary="A game changer.", tags=[])
    assert found(material(*CLEAN, metadata=metadata)) == {
        "placeholders": "block",
        "banned phrases": "warn",
    }


ENGLISH = [
    ("The trams that ran at night were full, and so they will be back in the spring.", ["S1:1"]),
    ("All of the people who had asked for them were there on the first of the nights.", ["S1:1"]),
]
GERMAN = [
    ("Die Bahnen in der Nacht waren voll und werden im Frühling wieder fahren.", ["S1:1"]),
    ("Alle, die sich das gewünscht hatten, waren in der ersten Nacht mit dabei.", ["S1:1"]),
]
ARABIC = [
    ("كانت قطارات الليل ممتلئة وستعود في الربيع كما قال المجلس في بيانه الأخير.", ["S1:1"]),
    ("حضر جميع الذين طلبوا ذلك في الليلة الأولى من التجربة مع أصدقائهم.", ["S1:1"]),
]


@pytest.mark.parametrize(
    ("sentences", "language", "is_wrong"),
    [
        (ENGLISH, "en", False),
        (ENGLISH, "en-gb", False),
        (GERMAN, "de", False),
        (ARABIC, "ar", False),
        # No list of small words is known for it, and these are not its own.
        (ENGLISH, "sv", True),
        (ENGLISH, "de", True),
        (GERMAN, "en", True),
        (ENGLISH, "ar", True),
        (ARABIC, "en", True),
    ],
)
def test_a_text_in_another_language_is_blocked(sentences, language, is_wrong):
    # As the model would have it, the frame is in the language of the rest.
    frame = {"opening": None, "closing": None}

    levels = found(material(*sentences, language=language, **frame))

    assert levels.get("language") == ("block" if is_wrong else None)


def test_a_text_that_is_very_hard_to_read_is_marked_with_its_longest_sentence():
    plain = ["The cat sat on the mat and saw the dog run by the old gate."] * 9
    easy = [(sentence, ["S1:1"]) for sentence in plain]
    stilted = ("Notwithstanding " + "administrative considerations regarding procurement " * 9)[:-1]
    hard = [(f"{stilted}.", ["S1:1"])] * 4

    assert "reading level" not in found(material(*easy))
    (finding,) = (
        one for one in checks.examine(material(*hard)).findings if one.check == "reading level"
    )
    assert (finding.level, finding.sentence) == ("warn", f"{stilted}.")
    assert "LIX" in finding.message


def test_a_sentence_without_an_end_is_marked_though_the_text_is_easy():
    plain = [("The cat sat on the mat and saw the dog run by the gate.", ["S1:1"])] * 12
    endless = " and ".join(["the cat saw the dog"] * 12)

    levels = checks.examine(material(*plain, (f"So {endless}.", ["S1:1"]))).findings

    (finding,) = (one for one in levels if one.check == "reading level")
    assert finding.message.startswith("A sentence has 72 words.")


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("Something else entirely, about bees and their many flowers.", None),
        (" ".join(text for text, _ in ENGLISH), "block"),
        (f"New words here. {ENGLISH[0][0]} And others follow.", "warn"),
    ],
)
def test_a_text_that_repeats_a_post_of_ours_is_marked_with_the_post(post, level):
    made = material(*ENGLISH, *CLEAN, own_posts=[("Trams at night", post)])

    findings = [one for one in checks.examine(made).findings if one.check == "own posts"]

    if level is None:
        assert findings[0].level == "pass"
    else:
        assert (findings[0].level, findings[0].sentence) == (level, ENGLISH[0][0])
        assert "that of the post “Trams at night”" in findings[0].message
