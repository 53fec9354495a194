"""The checks beside the editor: they read what is typed, answer in words and store nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from blog import revisions
from blog.models import Post, Revision
from generation.models import StyleGuide
from tests import factories

pytestmark = pytest.mark.django_db
URL = reverse("admin:blog_post_check")


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers")
    client.force_login(user)
    return user


def typed(**changes: object) -> dict[str, object]:
    return {
        "title": "A new day",
        "summary": "One sentence.",
        "body": "Some text of six words here.",
        "language": "en",
        "author": factories.make_author().pk,
    } | changes


def found(answer) -> list[tuple[str, str, str]]:
    assert answer.status_code == 200, answer.content
    findings = answer.json()["findings"]
    assert all(set(one) == {"check", "level", "message", "where"} for one in findings)
    return [(f["check"], f["level"], f["where"]) for f in findings if f["level"] != "pass"]


def test_it_answers_findings_words_and_minutes(client, writer):
    body = "One, two-three “four” don't.\n\n[six](/posts/nothing/) `7`\n\n日本"

    answer = client.post(URL, typed(body=body, summary=""))

    assert found(answer) == [
        ("internal links", "block", "six → /posts/nothing/"),
        ("description", "warn", ""),
    ]
    assert (answer.json()["words"], answer.json()["minutes"]) == (8, 1)
    assert "no-store" in answer["Cache-Control"]


def test_nothing_is_stored(client, writer):
    post = factories.make_post(live=True)
    before = list(Post.objects.values()), list(Revision.objects.values())

    client.post(URL, typed())
    client.post(reverse("admin:blog_post_check", args=[post.pk]), typed(slug=post.slug))

    assert (list(Post.objects.values()), list(Revision.objects.values())) == before


def test_what_could_not_be_saved_is_said_first(client, writer):
    factories.make_post(slug="taken")

    answer = client.post(URL, typed(title="", slug="taken", author="", summary="x" * 401))

    fields = [where for check, level, where in found(answer) if (check, level) == ("form", "block")]
    assert fields == ["Title", "Summary", "Author", "Slug"]


def test_a_text_that_is_too_long_is_answered_in_words(client, writer):
    answer = client.post(URL, typed(body="x" * 200_001))

    assert found(answer) == [("form", "block", "Body")]
    assert "at most 200000 characters" in answer.json()["findings"][0]["message"]
    assert answer.json()["words"] == 0


def test_somebody_elses_newer_revision_is_no_finding(client, writer):
    post = factories.make_post()
    draft = factories.make_draft(author=post.author)
    revisions.save_revision(post, draft, by=None)

    answer = client.post(
        reverse("admin:blog_post_check", args=[post.pk]), typed(slug=post.slug, base_revision=1)
    )

    assert found(answer) == []


def test_the_style_guide_is_that_of_the_posts_run(client, writer):
    post = factories.make_post()
    run = factories.make_run(post=post, status="succeeded")
    StyleGuide.objects.filter(pk=run.brief.plan.style_guide_id).update(banned_phrases=["six words"])
    StyleGuide.objects.create(name="Another")

    assert found(client.post(URL, typed())) == []
    answer = client.post(reverse("admin:blog_post_check", args=[post.pk]), typed(slug=post.slug))
    assert found(answer) == [("banned phrases", "warn", "Some text of six words here.")]


def test_only_those_who_may_write_are_answered(client):
    post = factories.make_post()
    for url in (URL, reverse("admin:blog_post_check", args=[post.pk])):
        client.force_login(factories.make_user("Publishers"))
        assert client.post(url, typed()).status_code == 403
        client.logout()
        assert reverse("admin:login") in client.post(url, typed()).url


def test_it_is_a_post_with_a_token(writer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(writer)

    assert strict.get(URL).status_code == 405
    assert strict.post(URL, typed()).status_code == 403


def test_an_unknown_post_is_not_found(client, writer):
    assert client.post(reverse("admin:blog_post_check", args=[999]), typed()).status_code == 404
