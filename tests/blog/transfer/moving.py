"""Short ways to say what the tests of imports say again and again."""

from collections import Counter
from pathlib import Path
from typing import Any

from PIL import Image as Picture

from blog.models import ImportedItem, Post
from blog.transfer import importing
from blog.transfer.move import Options
from blog.transfer.reading import Choices
from blog.transfer.report import Line, Report

FIXTURES = Path(__file__).resolve().parent.parent.parent / "transfer_fixtures"


def bring(name: str, path: Path, *, choices: Choices | None = None, **options: Any) -> Report:
    """Import for real (unless apply=False), fetching nothing unless asked to."""
    wanted = Options(**{"apply": True, "fetch_images": False} | options)
    return importing.run(name, path, choices=choices or Choices(), options=wanted)


def line_of(report: Report, source_id: str, kind: str = "post") -> Line:
    """Return the one line about a thing."""
    (line,) = [row for row in report.lines if (row.source_id, row.kind) == (source_id, kind)]
    return line


def outcomes(report: Report, *kinds: str) -> dict[str, int]:
    """Return how many things (of these kinds, or all) had each outcome, where any had."""
    found = Counter[str]()
    for (kind, outcome), number in report.totals.items():
        if kind in kinds or not kinds:
            found[outcome] += number
    return dict(found)


def post_of(source_id: str) -> Post:
    """Return what a thing of the old blog became here."""
    return Post.objects.get(pk=ImportedItem.objects.get(kind="post", source_id=source_id).object_id)


def picture(path: Path, colour: str = "navy") -> Path:
    """Draw a small picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = "JPEG" if path.suffix in (".jpg", ".jpeg") else path.suffix[1:].upper()
    Picture.new("RGB", (32, 24), colour).save(path, kind)
    return path
