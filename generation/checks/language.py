"""A text in another language than its plan's, as far as its letters and smallest words tell."""

import re
from collections.abc import Sequence

from generation import relevance
from generation.checks.material import Material
from generation.schemas import Finding

NAME = "language"
PROMISE = "It is in the language of its plan."
_SCRIPTS = {
    "ar": "\u0600-\u06ff",
    "fa": "\u0600-\u06ff",
    "ur": "\u0600-\u06ff",
    "he": "\u0590-\u05ff",
    "el": "\u0370-\u03ff",
    "ru": "\u0400-\u04ff",
    "uk": "\u0400-\u04ff",
    "bg": "\u0400-\u04ff",
    "hi": "\u0900-\u097f",
    "ja": "\u3040-\u30ff\u4e00-\u9fff",
    "zh": "\u4e00-\u9fff",
    "ko": "\uac00-\ud7af",
}
_FEWEST_WORDS = 20
# Of running text a third to a half are words such as "the" and "of".
_SURELY = 0.2


def check(material: Material) -> list[Finding]:
    """Block a text whose letters or small words are another language's."""
    text = " ".join(sentence.text for sentence in material.article.sentences())
    other = other_language(text, than=material.language)
    if not other:
        return []
    return [
        Finding(
            check=NAME,
            level="block",
            message=f"The plan's language is “{material.language}”, but the text {other}."
            " Start a new run, or choose another model for the plan.",
            sentence=material.article.sentences()[0].text,
        )
    ]


def other_language(text: str, *, than: str) -> str:
    """Say what of a text is another language's, as in "The text …"; "" when nothing is."""
    language = than.partition("-")[0]
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) < _FEWEST_WORDS:
        return ""
    return _other_script(language, text) or _other_words(language, words)


def _other_script(language: str, text: str) -> str:
    letters = [character for character in text if character.isalpha()]
    script = _SCRIPTS.get(language)
    if script is None:
        known = "".join(_SCRIPTS.values())
        foreign = sum(bool(re.match(f"[{known}]", letter)) for letter in letters)
        return "has mostly other letters" if foreign > len(letters) / 2 else ""
    own = sum(bool(re.match(f"[{script}]", letter)) for letter in letters)
    return "has mostly other letters" if own < len(letters) / 2 else ""


def _other_words(language: str, words: Sequence[str]) -> str:
    shares = {
        code: sum(word in known for word in words) / len(words)
        for code, known in relevance.STOP_WORDS_OF.items()
    }
    own = shares.pop(language, 0.0)
    code = max(shares, key=lambda one: shares[one])
    return f"seems to be in “{code}”" if shares[code] > max(_SURELY, 2 * own) else ""
