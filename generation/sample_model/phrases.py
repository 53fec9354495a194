"""The sample model's own words, by language: they attribute and connect, and claim nothing."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Everything it says itself; {who}, {title}, {parts} and {quote} are filled in."""

    conjunction: str
    outer: str
    inner: tuple[str, str]
    note: str
    source: str
    several: str
    unnamed: str
    first: tuple[str, ...]
    further: tuple[str, ...]
    listing: tuple[str, ...]
    opening: tuple[str, ...]
    contents: str
    closing: tuple[str, ...]
    angle: str
    purpose: str

    def quoted(self, words: str) -> str:
        """Return words in quotation marks; marks inside them become single ones."""
        opened = re.sub(r"(?<!\S)[“„«\"]|(?<=[(\[])[“„«\"]", self.inner[0], words)
        return self.outer.format(re.sub(r"[“”„«»\"]", self.inner[1], opened))


ENGLISH = Phrases(
    conjunction=" and ",
    outer="“{}”",
    inner=("‘", "’"),
    note="the editors’ notes",
    source="the source",
    several="several sources",
    unnamed="What is known",
    first=(
        "{who} puts it this way: {quote}",
        "In the words of {who}: {quote}",
        "As {who} has it: {quote}",
        "{who} gives the details: {quote}",
        "According to {who}: {quote}",
        "{who} states: {quote}",
    ),
    further=(
        "Further on: {quote}",
        "The text goes on: {quote}",
        "To this it adds: {quote}",
        "Another passage: {quote}",
    ),
    listing=("From the list in {who}:", "{who} lists:", "{who} names, among other things:"),
    opening=(
        "On “{title}” it pays to read closely: what follows rests on {who}, quoted rather than"
        " retold.",
        "“{title}” is a subject on which the exact words matter, so this text stays close to {who}"
        " and quotes where it can.",
        "Before “{title}” is discussed, it helps to know what has been written down. This text goes"
        " back to {who} and lets the wording stand.",
    ),
    contents="It covers {parts}.",
    closing=(
        "The quotations are a selection. Where something depends on a detail, the sources below"
        " have it in its context.",
        "Quotations show what was said, not everything that was meant. The sources below are the"
        " place to read on.",
        "Whoever wants to act on any of this will find the whole of it in the sources below, with"
        " the conditions that a selection leaves out.",
    ),
    angle="“{title}”: what the sources say, in their own words.",
    purpose="The reader knows what the sources say about this part of the subject.",
)

GERMAN = Phrases(
    conjunction=" und ",
    outer="„{}“",
    inner=("‚", "‘"),
    note="den Notizen der Redaktion",
    source="der Quelle",
    several="mehreren Quellen",
    unnamed="Was bekannt ist",
    first=(
        "So steht es in {who}: {quote}",
        "In {who} heißt es: {quote}",
        "Nachzulesen in {who}: {quote}",
        "Aus {who}: {quote}",
    ),
    further=(
        "Weiter heißt es dort: {quote}",
        "An anderer Stelle: {quote}",
        "Dazu gehört: {quote}",
        "Und: {quote}",
    ),
    listing=("Aus der Liste in {who}:", "In {who} werden aufgezählt:"),
    opening=(
        "„{title}“: Dieser Text stützt sich auf {who} und lässt den Wortlaut stehen, wo es auf ihn"
        " ankommt.",
        "Beim Thema „{title}“ lohnt genaues Lesen. Das Folgende beruht auf {who}, zitiert statt"
        " nacherzählt.",
    ),
    contents="Es geht um {parts}.",
    closing=(
        "Die Zitate sind eine Auswahl. Wo es auf eine Einzelheit ankommt, steht sie in den"
        " Quellen unten in ihrem Zusammenhang.",
        "Zitate zeigen, was gesagt wurde, nicht alles, was gemeint war. Die Quellen unten sind der"
        " Ort zum Weiterlesen.",
    ),
    angle="„{title}“: was die Quellen sagen, in ihren eigenen Worten.",
    purpose="Wer das gelesen hat, weiß, was die Quellen zu diesem Teil sagen.",
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN}


def phrases(language: str) -> Phrases:
    """Return the phrases of a language, English for one it has not learned."""
    return LANGUAGES.get(language, ENGLISH)


def enumerated(words: list[str], conjunction: str) -> str:
    """Return "a, b and c", with semicolons where a part is an enumeration itself."""
    if len(words) < 2:
        return "".join(words)
    comma = "; " if any(conjunction in word or "," in word for word in words) else ", "
    last = f";{conjunction}" if comma == "; " else conjunction
    return f"{comma.join(words[:-1])}{last}{words[-1]}"
