"""The door to the web: what it brings in, and everything it must not do."""

import ipaddress
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from blog import fetching
from blog.fetching import Accept, addresses, kinds, politeness, robots, transport
from tests.web_fixtures.stories import NIGHT_TRAMS
from tests.web_server import MEGABYTE, WebServer

PAGE = Accept.PAGE
METADATA = "http://169.254.169.254/latest/meta-data/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.FETCH_TIMEOUT_SECONDS = 5.0
    settings.FETCH_ALLOWED_PRIVATE_HOSTS = ["127.0.0.0/8"]
    robots.forget()


@pytest.fixture
def names(monkeypatch):
    """A resolver of our own: a name has a list of answers, one list per question."""
    known: dict[str, list[list[str]]] = {}
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        if host not in known:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        answers = known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    known["asked"] = asked
    return known


def refusal(url, **kwargs) -> fetching.FetchError:
    with pytest.raises(fetching.FetchError) as caught:
        fetching.fetch(url, accept=kwargs.pop("accept", PAGE), **kwargs)
    return caught.value


class TestFetch:
    def test_brings_the_page_as_it_was_sent(self, web: WebServer):
        fetched = fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE)

        assert fetched.status == 200
        assert fetched.content_type == "text/html"
        assert fetched.charset == "utf-8"
        assert fetched.final_url == fetched.url == web.url(NIGHT_TRAMS.path)
        assert len(fetched.body) > 50_000
        assert fetched.fetched_at.utcoffset() is not None

    def test_says_who_it_is_and_carries_no_cookies(self, web: WebServer, settings):
        settings.FETCH_USER_AGENT = "AutoBlog/9 (+https://blog.example)"
        cookie = {"set-cookie": "id=1", "location": "/articles/heat-pumps.html"}
        web.serve("/cookie", b"", status=302, headers=cookie)

        fetching.fetch(web.url("/cookie"), accept=PAGE)

        assert web.requests[1].path == "/articles/heat-pumps.html"
        assert web.requests[1].headers["user-agent"] == "AutoBlog/9 (+https://blog.example)"
        assert web.requests[1].headers["host"] == f"127.0.0.1:{web.server_port}"
        assert "cookie" not in web.requests[1].headers

    def test_ignores_a_proxy_in_the_environment(self, web: WebServer, monkeypatch):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")

        assert fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE).status == 200

    def test_decompresses(self, web: WebServer):
        assert b"Harrow Quay" in fetching.fetch(web.url("/gzip"), accept=PAGE).body

    def test_follows_redirects_and_says_where_it_ended(self, web: WebServer):
        fetched = fetching.fetch(web.url("/redirect/5"), accept=PAGE)

        assert fetched.url == web.url("/redirect/5")
        assert fetched.final_url == web.url(NIGHT_TRAMS.path)

    def test_asks_only_for_what_changed(self, web: WebServer):
        first = fetching.fetch(web.url("/cached"), accept=PAGE)
        again = fetching.fetch(
            web.url("/cached"), accept=PAGE, etag=first.etag, last_modified=first.last_modified
        )

        assert not first.not_modified
        assert again.not_modified
        assert again.body == b""
        assert again.etag == '"v1"'
        assert web.requests[1].headers["if-modified-since"] == first.last_modified

    @pytest.mark.parametrize(
        "path", ["/feeds/as-html.xml", "/feeds/as-bytes.xml", "/feeds/untyped.xml"]
    )
    def test_brings_feeds_under_whatever_type_they_are_served(self, web: WebServer, path):
        assert b"<rss" in fetching.fetch(web.url(path), accept=Accept.FEED).body

    def test_speaks_tls_with_the_name_that_was_asked_for(self, tls_server, names, settings):
        names["publisher.example"] = [["127.0.0.1"]]
        fetched = fetching.fetch(
            f"https://publisher.example:{tls_server.server_port}/", accept=PAGE
        )

        assert fetched.body == b"<p>Secret enough</p>"
        assert tls_server.server_names == ["publisher.example"]

    def test_refuses_a_certificate_for_another_name(self, tls_server, names):
        names["impostor.example"] = [["127.0.0.1"]]

        error = refusal(f"https://impostor.example:{tls_server.server_port}/")

        assert error.code == "unreachable"
        assert tls_server.asked == []


class TestFailures:
    @pytest.mark.parametrize(
        ("path", "code", "words"),
        [
            ("/status/404", "http_error", "answered 404 Not Found. Check the address or remove"),
            ("/status/410", "http_error", "answered 410 Gone. Check the address"),
            ("/status/403", "http_error", "paste its text as a note"),
            ("/status/429", "http_error", "try again later"),
            ("/status/500", "http_error", "The site has a problem"),
            ("/status/299", "", ""),
            ("/status/304", "http_error", "answered 304"),
            ("/status/999", "http_error", "answered 999"),
            ("/empty", "empty", "empty page"),
            ("/blank", "empty", "empty page"),
            ("/wrong/file.pdf", "wrong_type", "is a PDF document"),
            ("/wrong/archive.zip", "wrong_type", "is a ZIP archive"),
            ("/wrong/picture.png", "wrong_type", "is an image"),
            ("/wrong/pdf-called-html", "wrong_type", "is a PDF document"),
            ("/wrong/png-untyped", "wrong_type", "is an image"),
            ("/feeds/feed.json", "wrong_type", "application/feed+json"),
            ("/redirect/6", "too_many_redirects", "more than 5 times"),
            ("/redirect/loop", "too_many_redirects", "more than 5 times"),
            ("/cut", "unreachable", "broke off"),
        ],
    )
    def test_are_told_in_words(self, web: WebServer, path, code, words):
        if not code:
            assert fetching.fetch(web.url(path), accept=PAGE).status == 299
            return
        error = refusal(web.url(path))

        assert error.code == code
        assert words in str(error)
        assert str(error).endswith((".", "note."))

    def test_of_a_moment_are_told_from_lasting_ones(self, web: WebServer):
        assert refusal(web.url("/status/503")).is_temporary
        assert refusal(web.url("/status/429")).is_temporary
        assert refusal(web.url("/cut")).is_temporary
        assert not refusal(web.url("/status/404")).is_temporary
        assert not refusal(web.url("/empty")).is_temporary

    def test_nothing_listens(self, web: WebServer):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            error = refusal(f"http://127.0.0.1:{free.getsockname()[1]}/")

        assert error.code == "unreachable"
        assert "No connection" in str(error)

    def test_no_such_name(self):
        error = refusal("http://no-such-site.invalid/")

        assert error.code == "unreachable"
        assert str(error) == "There is no site named no-such-site.invalid. Check the address."

    def test_no_http_at_all(self):
        with socket.create_server(("127.0.0.1", 0)) as server:

            def talk():
                client, _ = server.accept()
                with client:
                    client.sendall(b"220 mail.example ESMTP\r\n")

            threading.Thread(target=talk, daemon=True).start()
            error = refusal(f"http://127.0.0.1:{server.getsockname()[1]}/")

        assert error.code == "unreachable"

    def test_the_internals_stay_inside(self, web: WebServer):
        error = refusal(web.url("/cut"))

        assert error.__suppress_context__
        assert "httpcore" not in str(error)
        assert "peer closed" not in str(error)


class TestLimits:
    def test_a_dripping_page_does_not_outlive_the_deadline(self, web: WebServer):
        start = time.monotonic()
        error = refusal(web.url("/drip"), timeout_seconds=0.6)

        assert error.code == "timeout"
        assert 0.5 < time.monotonic() - start < 1.5

    def test_a_silent_server_does_not_either(self, web: WebServer):
        start = time.monotonic()

        assert refusal(web.url("/hang"), timeout_seconds=0.5).code == "timeout"
        assert time.monotonic() - start < 1.5

    def test_redirects_share_one_deadline(self, web: WebServer):
        web.serve("/slow-hop", b"", status=302, headers={"location": "/slow/0.5"})
        error = refusal(web.url("/slow-hop"), timeout_seconds=0.3)

        assert error.code == "timeout"

    def test_a_resolver_that_hangs_does_not_either(self, monkeypatch):
        released = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [] * released.wait(30))
        start = time.monotonic()

        error = refusal("http://slow-name.example/", timeout_seconds=0.3)
        released.set()

        assert error.code == "timeout"
        assert time.monotonic() - start < 1.5

    def test_a_page_of_50_megabytes_is_left_after_the_limit(self, web: WebServer):
        sent = []

        def endless():
            for _ in range(50):
                sent.append(1)
                yield MEGABYTE

        error = refusal(web.serve("/endless", endless()))

        assert error.code == "too_large"
        assert "larger than 5 MB" in str(error)
        assert len(sent) < 20

    def test_a_declared_size_is_believed_before_reading(self, web: WebServer):
        web.serve("/declared", b"x", headers={"content-length": "600000000"})

        assert refusal(web.url("/declared")).code == "too_large"

    def test_size_counts_after_decompression(self, web: WebServer):
        start = time.monotonic()

        assert refusal(web.url("/gzip-bomb")).code == "too_large"
        assert time.monotonic() - start < 4

    def test_a_page_just_within_the_limit_comes(self, web: WebServer, settings):
        settings.FETCH_MAX_BYTES = 1000
        web.serve("/exact", b"a" * 1000)
        web.serve("/over", b"a" * 1001)

        assert len(fetching.fetch(web.url("/exact"), accept=PAGE).body) == 1000
        assert refusal(web.url("/over")).code == "too_large"

    def test_an_unknown_compression_is_refused(self, web: WebServer):
        web.serve("/br", b"\x8b\x02\x80hello\x03", headers={"content-encoding": "br"})
        web.serve("/lie", b"no gzip at all", headers={"content-encoding": "gzip"})

        assert refusal(web.url("/br")).code == "wrong_type"
        assert refusal(web.url("/lie")).code == "wrong_type"


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "  ",
            "example.org/page",
            "//example.org",
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://example.org/",
            "javascript:alert(1)",
            "data:text/html,hello",
            "http://",
            "http:///etc/passwd",
            "https://user:secret@example.org/",
            "https://secret@example.org/",
            "http://exa mple.org/",
            "http://example.org/\r\nX-Evil: 1",
            "http://example.org:99999/",
            "http://example.org:0/",
            "http://[::1",
            "http://" + "a" * 3000 + ".example/",
            "http://example.org/\x00",
        ],
    )
    def test_that_are_none_are_refused(self, url):
        error = refusal(url)

        assert error.code == "bad_address"
        assert "secret" not in str(error)
        assert "\n" not in str(error)

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "0.0.0.0",
            "0",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "10.0.0.5",
            "172.16.3.4",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "169.254.170.2",
            "168.63.129.16",
            "192.0.0.192",
            "192.0.2.7",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[2001:db8::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1::a9fe:a9fe]",
            "[2002:7f00:1::]",
            "[2002:a9fe:a9fe::1]",
            "[2001:0:7f00:1::]",
            "[fec0::1]",
            "[3fff::1]",
            "１２７.0.0.1",
        ],
    )
    def test_of_our_own_network_are_refused(self, host, settings):
        settings.FETCH_ALLOWED_PRIVATE_HOSTS = []
        error = refusal(f"http://{host}/latest/meta-data/")

        assert error.code in ("forbidden_address", "bad_address")
        assert not error.is_temporary

    @pytest.mark.parametrize(
        "address",
        [
            "93.184.216.34",
            "2606:2800:220:1:248:1893:25c8:1946",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ],
    )
    def test_of_the_public_web_are_welcome(self, address):
        assert addresses.is_public(ipaddress.ip_address(address))

    def test_an_odd_port_is_refused_even_on_a_public_host(self, names):
        names["publisher.example"] = [["93.184.216.34"]]
        error = refusal("http://publisher.example:6379/")

        assert error.code == "forbidden_address"
        assert "not a usual web port" in str(error)

    def test_one_private_answer_spoils_the_name(self, names, settings):
        settings.FETCH_ALLOWED_PRIVATE_HOSTS = []
        names["mixed.example"] = [["93.184.216.34", "10.0.0.8"]]

        assert refusal("http://mixed.example/").code == "forbidden_address"

    def test_a_redirect_into_the_private_network_is_refused(self, web: WebServer, settings):
        settings.FETCH_ALLOWED_PRIVATE_HOSTS = [f"127.0.0.1:{web.server_port}"]

        for target in (METADATA, "http://10.0.0.5/", "http://127.0.0.1:8080/", "http://[::1]/"):
            error = refusal(web.url(f"/redirect/1?to={target}"))
            assert error.code == "forbidden_address", target
        assert refusal(web.url("/redirect/1?to=file:///etc/passwd")).code == "bad_address"
        assert refusal(web.url("/redirect/1?to=https://u:p@example.org/")).code == "bad_address"

    def test_a_name_that_changes_its_answer_is_asked_once(self, web: WebServer, names, settings):
        """DNS rebinding: the second answer would be the private one."""
        settings.FETCH_ALLOWED_PRIVATE_HOSTS = []
        names["rebind.example"] = [["10.255.255.1"], ["127.0.0.1"]]
        assert refusal("http://rebind.example:8080/").code == "forbidden_address"
        assert names["asked"] == ["rebind.example"]

        names["asked"].clear()
        settings.FETCH_ALLOWED_PRIVATE_HOSTS = ["127.0.0.1/32"]
        names["stable.example"] = [["127.0.0.1"], ["10.255.255.1"]]
        fetched = fetching.fetch(
            f"http://stable.example:{web.server_port}{NIGHT_TRAMS.path}", accept=PAGE
        )
        assert fetched.status == 200
        assert names["asked"] == ["stable.example"]
        assert web.requests[0].headers["host"] == f"stable.example:{web.server_port}"

    def test_the_next_address_is_tried_when_one_does_not_answer(self, web: WebServer, names):
        names["two.example"] = [["127.99.99.99", "127.0.0.1"]]
        url = f"http://two.example:{web.server_port}{NIGHT_TRAMS.path}"

        assert fetching.fetch(url, accept=PAGE).status == 200

    def test_allowed_private_hosts_are_exact(self, web: WebServer, settings):
        settings.FETCH_ALLOWED_PRIVATE_HOSTS = [f"127.0.0.1:{web.server_port + 1}", "10.0.0.0/8"]

        assert refusal(web.url("/articles/heat-pumps.html")).code == "forbidden_address"

    def test_international_names_are_sent_in_ascii(self, names):
        names["xn--bcher-kva.example"] = [["10.0.0.1"]]

        assert refusal("http://bücher.example/").code == "forbidden_address"
        assert names["asked"] == ["xn--bcher-kva.example"]

    def test_a_unix_socket_is_no_way_out(self):
        with pytest.raises(Exception, match="no unix sockets"):
            transport._CheckedNetwork(time.monotonic() + 1).connect_unix_socket("/run/x.sock")


class TestPost:
    def test_sends_what_it_is_given_and_returns_the_answer(self, web: WebServer):
        posted = fetching.post(
            web.url("/hook/200"), b'{"a": 1}', {"Content-Type": "application/json", "x-id": "7"}
        )

        seen = web.requests[0]
        assert (posted.status, posted.body_excerpt) == (200, '{"ok": true}')
        assert (seen.method, seen.body) == ("POST", b'{"a": 1}')
        assert (seen.headers["content-type"], seen.headers["x-id"]) == ("application/json", "7")
        assert seen.headers["content-length"] == "8"

    @pytest.mark.parametrize("status", [204, 302, 410, 500])
    def test_returns_whatever_was_answered(self, web: WebServer, status):
        assert fetching.post(web.url(f"/hook/{status}"), b"x", {}).status == status

    def test_follows_no_redirect(self, web: WebServer):
        posted = fetching.post(web.url("/redirect/1"), b"x", {})

        assert posted.status == 302
        assert len(web.requests) == 1

    def test_a_long_answer_is_cut(self, web: WebServer):
        web.serve("/talkative", b"y" * 50_000, content_type="text/plain")

        assert len(fetching.post(web.url("/talkative"), b"x", {}).body_excerpt) == 2_000

    def test_a_receiver_that_stops_talking_has_answered(self, web: WebServer):
        posted = fetching.post(web.url("/drip"), b"x", {}, timeout_seconds=0.5)

        assert posted.status == 200
        assert posted.body_excerpt.startswith("..")

    def test_the_same_addresses_are_forbidden(self, settings):
        settings.FETCH_ALLOWED_PRIVATE_HOSTS = []
        for url in (METADATA, "http://localhost/", "http://[::1]/"):
            with pytest.raises(fetching.AddressForbidden):
                fetching.post(url, b"x", {})

    def test_errors_do_not_tell_the_secret_path(self, web: WebServer):
        with pytest.raises(fetching.TimedOut) as caught:
            fetching.post(web.url("/hang?token=s3cret"), b"x", {}, timeout_seconds=0.3)

        assert "s3cret" not in str(caught.value)
        assert "127.0.0.1 did not answer in time" in str(caught.value)

    def test_a_header_cannot_smuggle_another(self, web: WebServer):
        with pytest.raises(fetching.FetchError):
            fetching.post(web.url("/hook/200"), b"x", {"x-a": "1\r\nx-b: 2"})
        assert web.requests == []


class TestRobots:
    RULES = b"User-agent: *\nDisallow: /private/\n\nUser-agent: AutoBlog\nDisallow: /articles/\n"

    def test_are_obeyed_when_asked_for(self, web: WebServer):
        web.serve("/robots.txt", self.RULES, content_type="text/plain")

        error = refusal(web.url(NIGHT_TRAMS.path), obey_robots=True)

        assert error.code == "robots"
        assert web.asked(NIGHT_TRAMS.path) == []
        assert fetching.fetch(web.url("/docs/changelog.html"), accept=PAGE, obey_robots=True)
        assert fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE).status == 200

    def test_are_read_once_for_a_site(self, web: WebServer):
        for _ in range(3):
            fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE, obey_robots=True)

        assert len(web.asked("/robots.txt")) == 1

    def test_also_hold_for_where_a_redirect_leads(self, web: WebServer):
        web.serve("/robots.txt", self.RULES, content_type="text/plain")

        assert refusal(web.url("/redirect/1"), obey_robots=True).code == "robots"

    @pytest.mark.parametrize("status", [403, 404, 500])
    def test_that_cannot_be_read_forbid_nothing(self, web: WebServer, status):
        web.serve("/robots.txt", b"User-agent: *\nDisallow: /", status=status)

        assert fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE, obey_robots=True)


class TestKinds:
    @pytest.mark.parametrize(
        ("header", "content_type", "charset"),
        [
            ("text/html; charset=UTF-8", "text/html", "utf-8"),
            ('TEXT/HTML;Charset="iso-8859-1"', "text/html", "iso-8859-1"),
            ("text/html;", "text/html", ""),
            ("", "", ""),
            ("nonsense", "", ""),
            ("text/html; charset", "text/html", ""),
            ("text/html\x00; charset=utf-8", "text/html", "utf-8"),
        ],
    )
    def test_are_read_from_the_header(self, header, content_type, charset):
        assert kinds.declared(header) == (content_type, charset)

    def test_text_in_wide_characters_is_not_binary(self):
        assert kinds.binary("Überschrift und Text".encode("utf-16"), "") is None
        assert kinds.binary("Überschrift und Text".encode("utf-16-le"), "utf-16le") is None
        assert kinds.binary(bytes(64), "") == "a binary file"


class _Tls(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A reader that does not trust us hangs up."""


@pytest.fixture
def tls_server(tmp_path, monkeypatch):
    """A publisher with a certificate of its own for publisher.example."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
         "/CN=publisher.example", "-addext", "subjectAltName=DNS:publisher.example"],
        check=True, capture_output=True,
    )  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<p>Secret enough</p>")

        def log_message(self, *args):
            pass

    server = _Tls(("127.0.0.1", 0), Handler)
    server.asked, server.server_names = [], []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda sock, name, ctx: server.server_names.append(name)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    transport._tls.cache_clear()
    yield server
    transport._tls.cache_clear()
    server.shutdown()
    server.server_close()
    thread.join()


class TestPoliteness:
    @pytest.fixture(autouse=True)
    def _of_this_test_alone(self):
        politeness.forget()
        yield
        politeness.forget()

    def test_lets_a_host_breathe_between_two_pages(self, web, settings):
        settings.FETCH_PAUSE_SECONDS = 0.3
        began = time.monotonic()

        for _ in range(3):
            fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE)

        # The first goes at once.
        assert time.monotonic() - began >= 0.6

    def test_does_not_wait_for_longer_than_there_is_time(self, web, settings):
        settings.FETCH_PAUSE_SECONDS = 30
        fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE)

        with pytest.raises(fetching.TimedOut, match="Many pages of"):
            fetching.fetch(web.url(NIGHT_TRAMS.path), accept=PAGE, timeout_seconds=5)

    def test_holds_up_no_other_host(self, settings):
        settings.FETCH_PAUSE_SECONDS = 30
        soon = time.monotonic() + 1
        for host in ("one.example", "two.example"):
            politeness.wait_turn(host, deadline=soon)

        with pytest.raises(fetching.TimedOut):
            politeness.wait_turn("one.example", deadline=soon)
