"""Believable nonsense: words as frequent as words are, paragraphs made of them, always the same.

The frequency of a word falls with its rank (Zipf's law), so that a search has words that stand in
nearly every post and words that stand in a handful.
"""

import itertools
import random
from dataclasses import dataclass

from blog import rendering

WORDS = 50_000
PARAGRAPHS = 1_500
_SYLLABLES = [c + v for c in (*"bcdfgklmnprstvz", "br", "gr", "pl", "st") for v in "aeiou"]
_EMPHASES = ("{}", "{}", "{}", "{}", "**{}**", "*{}*", "`{}`", "[{}](/archive/)")


@dataclass(frozen=True)
class Paragraph:
    """A piece of a post, as written and as rendered by the blog's own renderer."""

    text: str
    html: str


class Prose:
    """Chooses by a seed; the vocabulary is the same for every seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._words = vocabulary()
        self._weights = list(itertools.accumulate(1 / rank for rank in range(2, WORDS + 2)))

    def words(self, count: int) -> list[str]:
        """Return so many words, frequent ones more often."""
        return self.chance.choices(self._words, cum_weights=self._weights, k=count)

    def sentence(self) -> str:
        """Return a sentence of common length."""
        words = self.words(self.chance.randint(5, 18))
        return f"{' '.join(words).capitalize()}."

    def paragraphs(self) -> list[Paragraph]:
        """Return what bodies are put together from; rendering a million bodies takes hours."""
        return [self._paragraph(number) for number in range(PARAGRAPHS)]

    def _paragraph(self, number: int) -> Paragraph:
        if number % 6 == 0:
            text = f"## {' '.join(self.words(self.chance.randint(2, 5))).capitalize()}"
        elif number % 9 == 0:
            text = "\n".join(f"- {self.sentence()}" for _ in range(self.chance.randint(3, 6)))
        else:
            text = " ".join(self._emphasised() for _ in range(self.chance.randint(2, 6)))
        return Paragraph(text, rendering.render_markdown(text))

    def _emphasised(self) -> str:
        words = self.sentence().split(" ")
        place = self.chance.randrange(len(words) - 1)
        words[place] = self.chance.choice(_EMPHASES).format(words[place])
        return " ".join(words)


def vocabulary() -> list[str]:
    """Return the words, the most frequent first; a frequent word tends to be short."""
    chance = random.Random("words")
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = 1 + min(3, len(words) // 60) if len(words) < 240 else chance.randint(2, 5)
        words["".join(chance.choices(_SYLLABLES, k=length))] = None
    return list(words)
