"""A realistic blog in two languages, and the addresses of every kind of page that it has.

`python -m tests.audit.content` fills the database that the settings name and prints the pages.
"""

import io
import json
import random
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Picture
from PIL import ImageFilter

if TYPE_CHECKING:
    from blog.models import Image, Post

TEXTS = Path(__file__).parent / "texts"
# What a language's demo posts stand on, and words of theirs: one as it is, one mistyped.
PLACES = {
    "en": {
        "category": "kitchen",
        "tag": "sharpening",
        "author": "mara-quill",
        "page": "about",
        "word": "stone",
        "typo": "shrapening",
    },
    "ar": {
        "category": "al-matbakh",
        "tag": "shahdh",
        "author": "layla-mansour",
        "page": "an-al-mudawwana",
        "word": "السكين",
        "typo": "الشفررة",
    },
}
FILLERS = 26


@dataclass(frozen=True)
class Page:
    """A kind of page: where it is, and by which elements one sees that it is what it should be."""

    name: str
    path: str
    shows: tuple[str, ...] = ()
    status: int = 200
    is_indexed: bool = True
    is_post: bool = False


def fill() -> list[Page]:
    """Fill an empty blog; return a page of each kind, in each language."""
    from blog import renditions  # the settings are chosen in `main`
    from publishing import demo, workflow
    from tests import factories

    editor = factories.make_user("Writers", "Editors")
    publisher = factories.make_user("Publishers")
    demo.fill(writer=editor, approver=publisher)
    english, arabic = (_fill_language(language) for language in PLACES)
    for language in PLACES:
        gone = factories.make_post(live=True, slug=f"withdrawn-{language}", language=language)
        workflow.withdraw(gone, by=publisher)
    renditions.make_missing()  # as a worker does
    return [*english, *arabic]


def _fill_language(language: str) -> list[Page]:
    from blog.models import Author, Category, Tag

    places = PLACES[language]
    Author.objects.filter(slug=places["author"]).update(url="https://mara.example/workshop")
    shelf = {
        "author": Author.objects.get(slug=places["author"]),
        "category": Category.objects.get(slug=places["category"]),
        "tags": list(Tag.objects.filter(posts__language=language).distinct().order_by("pk")[:5]),
        "language": language,
    }
    _make_fillers(shelf)
    return _pages(language, _make_everything(shelf))


def _make_fillers(shelf: dict[str, Any]) -> None:
    from blog.models import Category
    from tests import factories

    language = shelf["language"]
    standfirst, *titles = (TEXTS / f"fillers.{language}.txt").read_text().splitlines()
    elsewhere = list(Category.objects.exclude(pk=shelf["category"].pk).order_by("pk")[:3])
    photos = [_photo(seed, standfirst) for seed in range(2)]
    for number in range(FILLERS):
        other = {"category": elsewhere[number % 3]} if language == "en" and number % 2 else {}
        factories.make_post(
            live=True,
            publish_at=timezone.now() - timedelta(days=30 + 23 * number),
            title=f"{titles[number % len(titles)].rstrip('.')} {number + 1}",
            slug=f"filler-{language}-{number}",
            summary=standfirst,
            body="\n\n".join([standfirst, *titles]),
            is_ai_generated=number % 2 == 0,
            cover=photos[number % 2] if number % 5 == 0 else None,
            **{**shelf, **other, "tags": shelf["tags"][number % 2 :]},
        )


def _make_everything(shelf: dict[str, Any]) -> "Post":
    """Make the post that has all that a post can have."""
    from tests import factories

    language = shelf["language"]
    text = (TEXTS / f"everything.{language}.md").read_text()
    title, summary, body = text.split("\n\n", 2)
    credit = {"caption": summary, "credit": "Ida Holm", "licence": "CC BY 4.0"}
    return factories.make_post(
        live=True,
        title=title.removeprefix("# "),
        slug=f"everything-{language}",
        summary=summary,
        body=body.replace("PICTURE", _photo(2, summary).file.url),
        is_ai_generated=True,
        cover=_photo(3, summary, **credit),
        **shelf,
    )


def _pages(language: str, everything: "Post") -> list[Page]:
    from blog import paging
    from blog.models import Post

    places = PLACES[language]
    root = "/" if language == "en" else f"/{language}/"
    plain = Post.objects.get(slug="the-burr-tells-you-when-to-stop", language="en")
    if language != "en":
        plain = Post.objects.get(translation_of=plain, language=language)
    older = paging.newest(language, size=13).older
    month = Post.objects.for_readers(language).newest_first()[5].publish_at
    assert month
    word, search = places["word"], f"{root}search/"
    parts = ".contents", "picture .cover", "pre .hl-k", ".table table", ".footnotes", ".task input"
    body = (*parts, ".post-cover figcaption", ".prose figure picture", ".disclosure")
    of = f"{language} "
    return [
        Page(of + "home", root, (".lead", ".grid .card", ".pager-older")),
        Page(of + "home, page 2", f"{root}?{older}", (".grid .card", ".pager [rel=prev]")),
        Page(of + "post, everything", everything.get_absolute_url(), body, is_post=True),
        Page(of + "post, plain", plain.get_absolute_url(), (".turn",), is_post=True),
        Page(of + "category", f"{root}categories/{places['category']}/", (".card", ".pager")),
        Page(of + "tag", f"{root}tags/{places['tag']}/", (".card",)),
        Page(of + "author", f"{root}authors/{places['author']}/", (".author-head .byline",)),
        Page(of + "archive", f"{root}archive/", (".months",)),
        Page(of + "archive, year", f"{root}archive/{month.year}/", (".rows",)),
        Page(of + "archive, month", f"{root}archive/{month.year}/{month.month}/", (".rows",)),
        Page(of + "search", search, (".search",), is_indexed=False),
        Page(of + "search, found", f"{search}?q={word}", (".results mark", ".facets"), 200, False),
        Page(of + "search, typo", f"{search}?q={places['typo']}", (".search-note",), 200, False),
        Page(
            *(of + "search, narrowed", f"{search}?q={word}&category={places['category']}"),
            *((".facets .chosen", ".results"), 200, False),
        ),
        Page(of + "search, nothing", f"{search}?q=xyzzyxyzzy", (".empty",), 200, False),
        Page(of + "standing page", f"{root}{places['page']}/", (".page-head",)),
        Page(of + "404", f"{root}nowhere/at/all/", (".problem",), 404, False),
        Page(of + "410", f"{root}posts/withdrawn-{language}/", (".problem",), 410, False),
        Page(of + "500", f"{root}broken/", (".problem",), 500, False),
    ]


def _photo(seed: int, alt: str, **fields: str) -> "Image":
    """Make a picture as hard to compress as a photo: soft shapes and some grain."""
    from tests import factories

    chance = random.Random(seed)
    small = Picture.frombytes("RGB", (12, 8), chance.randbytes(12 * 8 * 3))
    picture = small.resize((1400, 930), Picture.Resampling.BICUBIC)
    picture = Picture.blend(picture, picture.filter(ImageFilter.EMBOSS), 0.15)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    photo = ContentFile(file.getvalue(), name="photo.jpeg")
    return factories.make_image(file=photo, alt_text=alt[:200], is_decorative=False, **fields)


def main() -> None:
    """Fill, and print the pages as JSON."""
    django.setup()
    print(json.dumps([asdict(page) for page in fill()]))


if __name__ == "__main__":
    main()
