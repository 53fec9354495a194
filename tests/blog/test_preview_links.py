"""A shared preview opens for whoever has the link, until it ends; otherwise nothing says why."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from blog import preview_links, revisions
from blog.models import Post, PreviewLink
from config.logs import redact_secrets
from publishing import workflow
from tests.factories import make_draft, make_image, make_post, make_user

pytestmark = pytest.mark.django_db


def share(post: Post, **how: object) -> PreviewLink:
    return preview_links.share(post, **{"by": make_user("Writers"), "days": 7} | how)


def path_of(link: PreviewLink) -> str:
    """The link's address without the host."""
    return urlsplit(preview_links.address_of(link)).path


def token_of(link: PreviewLink) -> str:
    return path_of(link).rstrip("/").rpartition("/")[2]


class TestAnOpenLink:
    def test_shows_the_newest_text_to_anybody(self, client: Client) -> None:
        post = make_post(live=True, title="As approved")
        link = share(post)
        draft = make_draft(title="Not yet", body="*new*", cover=make_image(alt_text="A saw"))
        revisions.save_revision(post, draft, by=None)

        answer = client.get(path_of(link))
        text = answer.content.decode()

        assert answer.status_code == 200
        assert "<h1>Not yet</h1>" in text
        assert "<em>new</em>" in text
        assert "Preview, not public." in text
        assert f"{timezone.localtime(link.expires_at):%-d %B %Y, %H:%M}" in text
        assert Post.objects.get(pk=post.pk).title == "As approved"

    def test_is_kept_by_no_cache_and_told_to_no_index_and_no_other_site(
        self, client: Client
    ) -> None:
        link = share(make_post(title="Not yet", canonical_url="https://first.example/"))

        answer = client.get(path_of(link))
        text = answer.content.decode()

        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in answer.headers
        assert '<meta name="robots" content="noindex' in text
        for telling in ('rel="canonical"', "ld+json", "og:", "first.example", "/posts/not-yet/"):
            assert telling not in text
        assert token_of(link) not in text
        assert not answer.cookies

    def test_runs_under_the_readers_policy_and_in_no_frame(self, client: Client) -> None:
        answer = client.get(path_of(share(make_post())))

        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]

    def test_speaks_the_language_of_the_text(self, client: Client) -> None:
        answer = client.get(path_of(share(make_post(language="ar"))))

        assert '<html lang="ar"' in answer.content.decode()

    def test_has_one_address_that_nobody_else_can_make(self) -> None:
        link, other = share(make_post()), share(make_post())

        assert preview_links.address_of(link) == preview_links.address_of(link)
        assert path_of(link) != path_of(other)
        # A signature of another kind over the same row opens nothing.
        with pytest.raises(preview_links.LinkClosed):
            preview_links.opened(Signer(salt="elsewhere").sign_object(link.pk))
        with pytest.raises(preview_links.LinkClosed):
            preview_links.opened(str(link.pk))

    def test_works_on_while_the_key_is_rotated(self, settings) -> None:
        link = share(make_post())
        token = token_of(link)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "the-next-one"

        assert preview_links.opened(token) == link


class TestAClosedLink:
    def _expired(self) -> str:
        now = timezone.now() - timedelta(days=8)
        return path_of(share(make_post(title="Secret title"), now=now))

    def _revoked(self) -> str:
        link = share(make_post(title="Secret title"))
        preview_links.revoke(link, by=make_user("Writers"))
        return path_of(link)

    def _of_a_withdrawn_post(self) -> str:
        post = make_post(live=True, title="Secret title")
        link = share(post)
        workflow.withdraw(post, by=make_user("Publishers"))
        return path_of(link)

    def _of_a_deleted_post(self) -> str:
        post = make_post(title="Secret title")
        path = path_of(share(post))
        Post.objects.filter(pk=post.pk).update(latest_revision=None)
        post.delete()
        return path

    def _tampered(self) -> str:
        path = path_of(share(make_post(title="Secret title")))
        return path[:-2] + ("A" if path[-2] != "A" else "B") + "/"

    def test_looks_the_same_whatever_is_wrong_with_it(self, client: Client) -> None:
        paths = [
            self._expired(),
            self._revoked(),
            self._of_a_withdrawn_post(),
            self._of_a_deleted_post(),
            self._tampered(),
            "/preview/link/nonsense/",
            "/preview/link/%00%F0%9F%98%80:x:y/",
        ]

        answers = [client.get(path) for path in paths]

        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
        answer = answers[0]
        assert "This link opens nothing" in answer.content.decode()
        assert "Secret" not in answer.content.decode()
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    def test_ends_at_its_time(self) -> None:
        link = share(make_post(), days=1)
        token = token_of(link)

        assert preview_links.opened(token, link.expires_at - timedelta(microseconds=1)) == link
        with pytest.raises(preview_links.LinkClosed):
            preview_links.opened(token, link.expires_at)

    def test_is_taken_back_once(self) -> None:
        link, by = share(make_post()), make_user("Writers")
        preview_links.revoke(link, by=by)
        first = link.revoked_at

        preview_links.revoke(link, by=by)

        assert link.revoked_at == first


class TestSharing:
    def test_a_withdrawn_post_is_refused(self) -> None:
        post = make_post()
        workflow.withdraw(post, by=make_user("Publishers"))

        with pytest.raises(preview_links.NothingToShare, match="withdrawn"):
            share(post)

    def test_a_note_that_is_too_long_is_refused(self) -> None:
        with pytest.raises(ValidationError):
            share(make_post(), note="x" * 121)


def test_no_log_line_has_the_token(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    link = share(make_post())
    token = token_of(link)
    with caplog.at_level(logging.INFO):
        client.get(path_of(link))
        client.get(f"/preview/link/{token}")
        client.get(f"/preview/link/{token}x/")

    lines = [redact_secrets(None, "", record.getMessage()) for record in caplog.records]
    assert sum("/preview/link/***" in line for line in lines) >= 3
    assert not [line for line in lines if token[:12] in line or token[-12:] in line]
