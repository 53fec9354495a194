"""Clean text, and its sentences as literal pieces of it, so that a quote can be checked."""

import re
import unicodedata

MAX_TEXT_CHARACTERS = 200_000

_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\ud800-\udfff"  # lone surrogates
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"  # invisible
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"  # direction, fillers
    "\U000e0000-\U000e0fff]"  # tag characters, variation selectors
)
# Joiners are letters' business in many scripts and in emoji; between Latin letters they only hide.
_STRAY_JOINERS = re.compile("(?<![\u0590-\U0010ffff])[\u200c\u200d]+|[\u200c\u200d]{2,}")
_STRAY_SELECTORS = re.compile("(?<=[\ufe0e\ufe0f])[\ufe0e\ufe0f]+")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_EMPTY_LINES = re.compile(r"\n{3,}")

# A line as long as this was broken because it was full.
_WIDTH = 45
_BULLET = re.compile(r"(?:[-*+•·–—▪◦‣]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+|\[[ xX]\]\s+")
_STRUCTURE = re.compile(r"\s*(?:[-*+•·▪◦‣>|#=~]|\d{1,3}[.)]\s|```|:::|\[\^?\w+\]:)")

_END = re.compile(
    r"""(?P<wide>[。！？｡]+[”’」』）)"']*)"""
    r"""|(?<![.!?…؟।])(?P<mark>[.!?…؟।]++)(?P<close>["'”’»)\]›*_]*(?:\[\d{1,3}\])*)(?=\s+(?P<next>["'“‘«(\[‹*_¿¡–—-]*\s?\S))""",
)
_MONTH = re.compile(
    r"\s(?:Jan|Feb|M(?:är|ar|aa)|A(?:pr|ug|vr)|Ma[ijy]|Jun|Jul|Sep|O[kc]t|Nov|De[cz]|Jahrh)",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]")
_LAST_WORD = re.compile(r"[^\s(\[“\"'‘«]+$")
# A full stop after these never ends a sentence: a name or more of the same follows.
_OPEN_WORDS = (
    "mr mrs ms mx dr prof st ste mt ft gen gov sen rep rev hon lt col sgt capt cmdr adm pres supt "
    "vs e.g i.e cf viz approx ca ed eds op al z.b d.h u.a bzw evtl ggf vgl hr fr frl dipl ing geb "
    "mm mme mlle sr sra srta dra dña sig dott avv ej p.ej inkl exkl zzgl tel"
)
_OPEN_ABBREVIATIONS = frozenset(_OPEN_WORDS.split())
# After these it ends none when a number follows.
_NUMBERING_WORDS = (
    "no nos nr núm art abs fig figs eq eqs sec ch vol vols p pp pág págs pl "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_BEFORE_NUMBERS = frozenset(_NUMBERING_WORDS.split())


def clean(text: str) -> str:
    """Return the text without characters that hide, reorder or break, in tidy lines.

    Letters and words stay as they are (NFC); spaces are single, lines are stripped, and no more
    than one empty line stands between two. At most MAX_TEXT_CHARACTERS are kept.
    """
    text = _LINE_ENDS.sub("\n", text[: 4 * MAX_TEXT_CHARACTERS])
    text = _CONTROLS.sub("", text)
    text = _STRAY_JOINERS.sub("", _STRAY_SELECTORS.sub("", text))
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    text = "\n".join(line.strip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip()[:MAX_TEXT_CHARACTERS].rstrip()


def visible(text: str) -> str:
    """Return a text, its lines and indents as they are, without characters that hide or break."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text[:MAX_TEXT_CHARACTERS]))


def one_line(text: str, *, limit: int = 300) -> str:
    """Return a title or a name: clean, on one line, at most `limit` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def unwrap(text: str) -> str:
    """Join lines that were broken only to fit a width, as in mails and README files.

    Lists, headings, tables, quotes and fenced code keep their lines.
    """
    # Each in its pieces: a text of a million lines is joined once, not a million times.
    paragraphs: list[list[str]] = []
    fenced = False
    for line in _LINE_ENDS.sub("\n", text).split("\n"):
        fence = line.lstrip().startswith(("```", "~~~"))
        if paragraphs and not (fenced or fence) and _continues(paragraphs[-1], line):
            paragraphs[-1][-1] = paragraphs[-1][-1].rstrip()
            paragraphs[-1].append(line.strip())
        else:
            paragraphs.append([line])
        fenced ^= fence
    return "\n".join(map(" ".join, paragraphs))


def _continues(before: list[str], line: str) -> bool:
    """Whether a line goes on with the sentence of those before."""
    last = before[-1]
    if not last.strip() or not line.strip() or _STRUCTURE.match(line):
        return False
    if before[0][:_WIDTH].lstrip().startswith(("|", "#", "=", "~")) or last.endswith("  "):
        return False
    return len(" ".join(before[-_WIDTH:])) >= _WIDTH or line.strip()[0].islower()


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order, each one a literal substring of it.

    A line never shares a sentence with the next one; a heading or a list item is one of its own.
    """
    found: list[str] = []
    for line in text.split("\n"):
        bullet = _BULLET.match(line.lstrip())
        start = len(line) - len(line.lstrip()) + (bullet.end() if bullet else 0)
        for end in [*_ends(line, start), len(line)]:
            if piece := line[start:end].strip():
                found.append(piece)
            start = max(start, end)
    return found


def _ends(line: str, start: int) -> list[int]:
    return [
        match.end()
        for match in _END.finditer(line, start)
        if match["wide"] or _is_end(line[max(start, match.start() - 40) : match.start()], match)
    ]


def _is_end(before: str, match: re.Match[str]) -> bool:
    """Whether a full stop, or a run of marks, ends the sentence it stands in."""
    following = match["next"][-1]
    word = _LAST_WORD.search(before)
    if not word or following.islower():
        return False
    if match["mark"] != ".":
        return True
    spelled = word[0].casefold()
    if spelled.isdecimal() and _MONTH.match(match.string, match.end()):
        return False  # 3. November, im 19. Jahrhundert
    is_initial = _INITIALS.fullmatch(spelled) and word[0] != "I"
    is_numbering = spelled in _BEFORE_NUMBERS and following.isdigit()
    return not (is_initial or is_numbering or spelled in _OPEN_ABBREVIATIONS)
