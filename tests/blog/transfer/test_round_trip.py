"""Out, into an empty site, and out again: the same byte for byte, in every format."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from blog.models import Post
from blog.transfer import exporting, formats, importing
from blog.transfer.move import Options
from blog.transfer.outgoing import Outgoing
from blog.transfer.reading import Choices
from tests.blog.transfer import blogs
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def _move(name: str, described: dict[str, Any], work: Path, *, ending: str = "") -> None:
    first, second = work / f"first{ending}", work / f"second{ending}"
    with blogs.a_site(work / "old-media"):
        blogs.build(described)
        count = Post.objects.count()
        exporting.run(name, first, Outgoing())

    with blogs.a_site(work / "new-media"):
        owner = make_user(is_superuser=True)
        options = Options(by=owner, apply=True, publish=True, fetch_images=False)
        report = importing.run(name, first, choices=Choices(), options=options)
        assert [line for line in report.lines if line.outcome == "failed"] == []
        assert Post.objects.count() == count
        exporting.run(name, second, Outgoing())

    if ending:
        assert first.read_bytes() == second.read_bytes()
    else:
        before, after = blogs.files_of(first), blogs.files_of(second)
        for file, content in before.items():
            assert after.get(file) == content, file
        assert set(before) == set(after)


@pytest.mark.parametrize("name", list(formats.NAMES))
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(described=blogs.blogs())
def test_a_blog_comes_back_byte_for_byte(name: str, described: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as work:
        _move(name, described, Path(work))
