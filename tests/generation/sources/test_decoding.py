"""Bytes to text, whatever was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.sources import decoding

GERMAN = "Die Bäckerei – „Größl“ kostet 9,50 €."
RUSSIAN = "Привет, мир. Это предложение о маяке и его истории в архиве. " * 8


def page(declared: str, body: str) -> str:
    return f'<html><head><meta charset="{declared}"></head><body>{body}</body></html>'


class TestDecode:
    @pytest.mark.parametrize(
        "charset", ["", "utf-8", "iso-8859-1", "windows-1252", "nonsense", "utf-16"]
    )
    def test_valid_utf8_is_utf8_whatever_was_declared(self, charset):
        assert decoding.decode(GERMAN.encode(), charset=charset) == GERMAN

    @pytest.mark.parametrize(
        "charset", ["", "utf-8", "iso-8859-1", "latin1", "us-ascii", "hex", "rot13"]
    )
    def test_windows_1252_is_read_whatever_was_declared(self, charset):
        assert decoding.decode(GERMAN.encode("cp1252"), charset=charset) == GERMAN

    @pytest.mark.parametrize(
        ("encoding", "declared", "body"),
        [
            ("cp1251", "windows-1251", RUSSIAN),
            ("koi8-r", "koi8-r", RUSSIAN),
            ("shift_jis", "Shift_JIS", "灯台は1868年に点灯された。"),
            ("euc_jp", "euc-jp", "灯台は1868年に点灯された。"),
            ("iso2022_jp", "iso-2022-jp", "灯台は1868年に点灯された。"),
            ("gbk", "gb2312", "灯塔于1868年首次点亮。"),
            ("big5", "big5", "燈塔於1868年首次點亮。"),
            ("euc_kr", "euc-kr", "등대는 1868년에 처음 켜졌다."),
            ("iso8859-2", "iso-8859-2", "Žluťoučký kůň úpěl."),
            ("utf-16-le", "utf-16le", GERMAN),
        ],
    )
    def test_a_declaration_of_the_server_is_used(self, encoding, declared, body):
        assert decoding.decode(body.encode(encoding), charset=declared) == body

    @pytest.mark.parametrize("encoding", ["windows-1251", "shift_jis", "iso-8859-2", "iso-2022-jp"])
    def test_a_declaration_of_the_page_is_used(self, encoding):
        body = {"windows-1251": RUSSIAN, "iso-8859-2": "kůň úpěl"}.get(encoding, "灯台は古い。")

        assert body in decoding.decode(page(encoding, body).encode(encoding))

    def test_an_xml_declaration_is_used(self):
        document = f'<?xml version="1.0" encoding="windows-1251"?><rss>{RUSSIAN}</rss>'

        assert decoding.decode(document.encode("cp1251")) == document

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
    def test_a_byte_order_mark_wins_over_everything(self, encoding):
        assert decoding.decode(GERMAN.encode(encoding), charset="shift_jis") == GERMAN

    def test_a_page_that_calls_itself_utf16_in_ascii_is_not(self):
        document = page("utf-16", "plain words")

        assert decoding.decode(document.encode()) == document

    def test_one_broken_character_does_not_spoil_utf8(self):
        assert decoding.decode(GERMAN.encode() + b" \xff", charset="utf-8") == GERMAN + " \ufffd"

    def test_undeclared_cyrillic_is_guessed(self):
        assert decoding.decode(RUSSIAN.encode("cp1251")) == RUSSIAN

    @given(st.binary(max_size=400), st.text(max_size=20))
    def test_never_raises(self, body, charset):
        assert isinstance(decoding.decode(body, charset=charset), str)

    @given(
        st.text(st.characters(exclude_categories=("Cs",)), max_size=200),
        st.sampled_from(["", "utf-8"]),
    )
    def test_text_in_utf8_comes_back(self, body, charset):
        assert decoding.decode(body.encode(), charset=charset) == body.removeprefix("\ufeff")
