"""The sample model's own words, by language: they attribute and connect, and claim nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Everything it says itself; {who}, {it}, {title}, {parts} and {quote} are filled in."""

    conjunction: str
    quotation: str
    note: str
    first: tuple[str, ...]
    further: tuple[str, ...]
    listing: tuple[str, ...]
    aside: tuple[str, ...]
    opening: tuple[str, ...]
    contents: str
    closing: tuple[str, ...]
    summary: str
    angle: str
    purpose: str


ENGLISH = Phrases(
    conjunction=" and ",
    quotation="“{quote}”",
    note="the editors’ notes",
    first=(
        "{who} puts it this way: {quote}",
        "According to {who}, {quote}",
        "{who} says: {quote}",
        "In the words of {who}: {quote}",
        "{who} is specific here: {quote}",
        "As {who} has it: {quote}",
    ),
    further=(
        "Further on: {quote}",
        "The text continues: {quote}",
        "And again: {quote}",
        "To this it adds: {quote}",
        "Another passage reads: {quote}",
    ),
    listing=("From the list in {who}:", "{who} lists, among other things:", "{who} names:"),
    aside=("In full, from {who}:", "{who}, word for word:"),
    opening=(
        "What is known about “{title}”, and from whom: this text goes back to {who} and lets the"
        " wording stand where it matters.",
        "On “{title}” it pays to read closely. What follows rests on {who}, quoted rather than"
        " retold.",
        "This is a reading of {who} on the subject of “{title}”, with every statement in the words"
        " of its source.",
    ),
    contents="The parts: {parts}.",
    closing=(
        "The quotations are a selection. Where something depends on a detail, the linked sources"
        " have it in its context.",
        "Quotations show what was said, not everything that was meant. The sources below are the"
        " place to read on.",
        "Whoever wants to act on any of this will find the whole of it in the sources below, with"
        " the conditions that a selection leaves out.",
    ),
    summary="On {title}, in the words of its sources: {parts}.",
    angle="What the sources say about {title}, in their own words.",
    purpose="The reader knows what the sources say about this part of the subject.",
)

GERMAN = Phrases(
    conjunction=" und ",
    quotation="„{quote}“",
    note="den Notizen der Redaktion",
    first=(
        "So steht es bei {who}: {quote}",
        "Bei {who} heißt es: {quote}",
        "Nachzulesen bei {who}: {quote}",
        "Im Wortlaut von {who}: {quote}",
    ),
    further=(
        "Weiter heißt es dort: {quote}",
        "An anderer Stelle: {quote}",
        "Dazu kommt: {quote}",
        "Außerdem: {quote}",
    ),
    listing=("Aus der Liste bei {who}:", "Aufgezählt wird bei {who} unter anderem:"),
    aside=("Im Ganzen, bei {who}:", "Wörtlich, bei {who}:"),
    opening=(
        "Was über „{title}“ bekannt ist, und von wem: Dieser Text stützt sich auf das, was bei"
        " {who} steht, und lässt den Wortlaut stehen, wo es auf ihn ankommt.",
        "Beim Thema „{title}“ lohnt genaues Lesen. Das Folgende beruht auf dem, was bei {who}"
        " steht, zitiert statt nacherzählt.",
    ),
    contents="Die Teile: {parts}.",
    closing=(
        "Die Zitate sind eine Auswahl. Wo es auf eine Einzelheit ankommt, steht sie in den"
        " verlinkten Quellen in ihrem Zusammenhang.",
        "Zitate zeigen, was gesagt wurde, nicht alles, was gemeint war. Die Quellen unten sind der"
        " Ort zum Weiterlesen.",
    ),
    summary="{title}, im Wortlaut der Quellen: {parts}.",
    angle="Was die Quellen über {title} sagen, in ihren eigenen Worten.",
    purpose="Wer das gelesen hat, weiß, was die Quellen zu diesem Teil sagen.",
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN}


def phrases(language: str) -> Phrases:
    """Return the phrases of a language, English for one it has not learned."""
    return LANGUAGES.get(language, ENGLISH)


def enumerated(words: list[str], conjunction: str) -> str:
    """Return "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])}{conjunction}{words[-1]}"
