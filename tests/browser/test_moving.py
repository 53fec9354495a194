"""Moving in and out in a real browser: a file is looked through, moved in, and taken out again."""

import io
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from blog.models import Post
from blog.transfer import porter
from tests import factories
from tests.wxr import wxr, wxr_item

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def _media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark")], ids=["wide", "phone"]
)
def test_a_blog_moves_in_and_out(sign_in, live_server, width, scheme) -> None:
    page, said = sign_in(
        factories.make_user("Editors"),
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    page.goto(live_server.url + reverse("admin:blog_transfer_changelist"))
    page.get_by_role("link", name="Move a blog in").click()

    # Nothing chosen: the page says so where the file goes, and nothing was begun.
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_text("Choose the file that the other system exported.")).to_be_visible()

    page.get_by_label("The export").set_input_files(
        {
            "name": "old.xml",
            "mimeType": "text/xml",
            "buffer": wxr(wxr_item(1), wxr_item(2)).encode(),
        }
    )
    page.get_by_label("Fetch its pictures").uncheck()
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_text("Waiting for a free worker.")).to_be_visible()

    porter.carry_all()  # as a worker does; the page notices by itself
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not Post.objects.exists()

    page.get_by_role("button", name="Move it in").click()
    expect(page.get_by_role("heading", name="old.xml")).to_be_visible()
    porter.carry_all()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    assert Post.objects.count() == 2
    page.get_by_role("link", name="see the posts").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)

    page.goto(live_server.url + reverse("admin:blog_transfer_export"))
    page.get_by_role("button", name="Make the archive").click()
    expect(page.get_by_text("Waiting for a free worker.")).to_be_visible()
    porter.carry_all()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert len([name for name in archive.namelist() if "/posts/" in f"/{name}"]) == 2
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert said == []
