"""A quote counts only where it stands, word for word, in the snapshot that is said to hold it."""

import re

from generation.schemas import Fact, FoundFact

# Shorter than this, anything is found somewhere.
MIN_QUOTE_CHARACTERS = 12


def literal(quote: str, text: str) -> str | None:
    """Return the piece of `text` that `quote` repeats, or None when there is none.

    Only white space may differ (a line break for a space); what is returned is the text's own
    piece. The quote must begin and end between words: "safe to use" is not found in "unsafe to
    use".
    """
    words = quote.split()
    if len(" ".join(words)) < MIN_QUOTE_CHARACTERS:
        return None
    pattern = r"\s+".join(map(re.escape, words))
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() else ""
    match = re.search(before + pattern + after, text)
    return match[0] if match else None


def verified(found: list[FoundFact], texts: dict[str, str]) -> tuple[list[Fact], int]:
    """Return the facts whose quote stands in its source, numbered, and how many others there were.

    `texts` are the snapshots by label. The n-th fact of source S1 gets the id "S1:n".
    """
    facts: list[Fact] = []
    seen: set[tuple[str, str]] = set()
    counts = dict.fromkeys(texts, 0)
    dropped = 0
    for claim in found:
        label = claim.source.strip("[]")
        quote = literal(claim.quote, texts.get(label, ""))
        if quote is None:
            dropped += 1
            continue
        if (label, quote) in seen:
            continue
        seen.add((label, quote))
        counts[label] += 1
        facts.append(
            Fact(
                id=f"{label}:{counts[label]}",
                source=label,
                topic=claim.topic,
                statement=claim.statement,
                quote=quote,
            )
        )
    return facts, dropped
