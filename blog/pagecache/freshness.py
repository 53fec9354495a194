"""For how long an answer may be kept by whom, as one header says it."""

LONGEST = 60  # seconds, for each who keeps an answer: a browser, a CDN
BRIEFLY = 10  # seconds for what is not there, and may be soon
# A site that does not answer at all may be shown as it was.
_IN_TROUBLE = 86_400

SIGNED_IN = "private, no-cache"
NEVER = "no-store"


def cache_control(longest: int, *, room: float | None = None) -> str:
    """Return the header of a public answer that is true for `room` seconds more (None: no end).

    A browser may have it from a CDN that had it from us and shows it once more while it asks anew:
    even then it is not older than that.
    """
    each = longest if room is None else max(0, min(longest, int(room / 3)))
    header = f"public, max-age={each}, s-maxage={each}, stale-while-revalidate={each}"
    return f"{header}, stale-if-error={_IN_TROUBLE}" if longest == LONGEST else header
