"""Who gets kept pages, and which requests are one."""

from typing import Any

import pytest

from blog.pagecache import keys
from blog.pagecache.keys import Keys


def key(path: str = "/", query: str = "", **environ: Any) -> str | None:
    return Keys().of(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "blog.example",
            "wsgi.url_scheme": "http",
            **environ,
        }
    )


class TestOnlyNobodyInParticular:
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
    def test_methods_that_may_change_something_are_for_django(self, method: str) -> None:
        assert key(REQUEST_METHOD=method) is None

    @pytest.mark.parametrize("cookies", ["sessionid=x", "a=b; sessionid=x", "sessionid="])
    def test_a_session_is_somebody(self, cookies: str) -> None:
        assert key(HTTP_COOKIE=cookies) is None

    def test_the_cookie_has_the_name_of_the_settings(self, settings) -> None:
        settings.SESSION_COOKIE_NAME = "who"

        assert key(HTTP_COOKIE="who=x") is None
        assert key(HTTP_COOKIE="sessionid=x") is not None

    def test_a_token_is_somebody(self) -> None:
        assert key(HTTP_AUTHORIZATION="Bearer abk_x") is None

    def test_other_cookies_are_nobody(self) -> None:
        assert key(HTTP_COOKIE="csrftoken=x; theme=dark") == key()

    @pytest.mark.parametrize(
        "path", ["/admin/", "/admin", "/preview/1/", "/share/x/", "/health/ready", "/media/x.png"]
    )
    def test_private_places_are_for_django(self, path: str) -> None:
        assert key(path) is None

    def test_without_a_host_nobody_knows_whose_page_it_is(self) -> None:
        assert key(HTTP_HOST="") is None

    def test_an_endless_address_is_for_django(self) -> None:
        assert key("/" + "x" * 2000) is None
        assert key("/", "q=" + "x" * 2000) is None


class TestQuery:
    @pytest.mark.parametrize(
        ("query", "meant"),
        [
            ("", ""),
            ("q=glue", "q=glue"),
            ("q=a+b", "q=a+b"),
            ("q=a%20b", "q=a+b"),
            ("page=2&q=x", "page=2&q=x"),
            ("q=x&page=2", "page=2&q=x"),
            ("utm_source=news&utm_medium=mail", ""),
            ("q=x&gclid=1&fbclid=2&mc_eid=3", "q=x"),
            ("before=", "before="),
        ],
    )
    def test_says_the_same_in_one_way(self, query: str, meant: str) -> None:
        assert keys.meant_by(query) == meant
        assert keys.query_of(key("/", query) or "") == meant

    @pytest.mark.parametrize(
        "query",
        [
            "x=1",
            "q=x&x=1",
            "q=a&q=b",
            "preview=1",
            "q",
            "=",
            "&",
            "p=12",
            "format=json",
            "a=b" * 30,
        ],
    )
    def test_what_we_do_not_know_is_for_django(self, query: str) -> None:
        assert keys.meant_by(query) is None
        assert key("/", query) is None

    def test_a_question_mark_in_a_path_is_no_query(self) -> None:
        assert key("/a?q=x") != key("/a", "q=x")


class TestWhosePageItIs:
    def test_hosts_and_schemes_have_their_own(self) -> None:
        keys = {key(), key(HTTP_HOST="other.example"), key(**{"wsgi.url_scheme": "https"})}
        assert len(keys) == 3
        assert key(HTTP_HOST="BLOG.example") == key()

    def test_the_scheme_is_what_the_trusted_proxy_says(self, settings) -> None:
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        secure = key(**{"wsgi.url_scheme": "https"})

        assert key(HTTP_X_FORWARDED_PROTO="https") == secure
        assert key(HTTP_X_FORWARDED_PROTO="https,http") == secure
        assert key(HTTP_X_FORWARDED_PROTO="http", **{"wsgi.url_scheme": "https"}) == key()

    def test_the_host_is_what_django_takes(self, settings) -> None:
        assert key(HTTP_X_FORWARDED_HOST="evil.example") == key()

        settings.USE_X_FORWARDED_HOST = True
        assert key(HTTP_X_FORWARDED_HOST="evil.example") != key()
