"""A text that says what a post of this blog says already, in the same words."""

from generation.checks.material import Material
from generation.checks.near_copy import own_words, runs
from generation.schemas import Finding

NAME = "own posts"
PROMISE = "It does not repeat a post of this blog."
_WORDS_IN_A_ROW = 5
_FEWEST = 12
# Of the text's rows of five words, those that a post has too.
WARN_FROM, BLOCK_FROM = 0.15, 0.5


def check(material: Material) -> list[Finding]:
    """Name each post that shares much of its wording with the text."""
    # Two posts may quote the same source.
    sentences = [s for one in material.article.paragraphs() for s in own_words(one)]
    ours = {run for sentence in sentences for run in runs(sentence, _WORDS_IN_A_ROW)}
    if len(ours) < _FEWEST:
        return []
    findings = []
    for title, text in material.own_posts:
        theirs = set(runs(text, _WORDS_IN_A_ROW))
        share = len(ours & theirs) / len(ours)
        if share >= WARN_FROM:
            findings.append(
                Finding(
                    check=NAME,
                    level="block" if share >= BLOCK_FROM else "warn",
                    message=f"{share:.0%} of its wording is that of the post “{title}”. Change the"
                    " brief so that it has something new to say, or refresh that post instead.",
                    sentence=_first_shared(sentences, theirs),
                )
            )
    return findings


def _first_shared(sentences: list[str], theirs: set[tuple[str, ...]]) -> str:
    shared = (s for s in sentences if not theirs.isdisjoint(runs(s, _WORDS_IN_A_ROW)))
    return next(shared, "").strip()
