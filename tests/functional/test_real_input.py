"""What the web really serves becomes a draft that cites the right sentences, or a clear message."""

from typing import Any

import pytest

from generation import services
from generation.models import Brief, ModelPrice, Run, Source
from tests import factories, model_server, web_server
from tests.model_server import ModelServer
from tests.web_fixtures import stories
from tests.web_fixtures.stories import Story
from tests.web_server import WebServer

# Commits must be real: steps hold no transaction while the model is asked.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def model(model: ModelServer, price: ModelPrice) -> ModelServer:
    """The model composes from the prompt it gets."""
    model.compose = model_server.as_the_sample_model
    return model


def _write(brief: Brief) -> Run:
    """Commission the brief and work on it here, without a broker."""
    run = services.start_run(brief, by=factories.make_user("Editors"), trigger="command")
    services.advance(run.pk)
    run.refresh_from_db()
    return run


def _brief(url: str, *, title: str = "What the report says", **fields: Any) -> Brief:
    brief = factories.make_brief(title=title, **fields)
    Source.objects.create(brief=brief, kind="url", url=url)
    return brief


# Each story at each address that serves it: one is served in every encoding.
PAGES = [
    (path, story)
    for story in vars(stories).values()
    if isinstance(story, Story)
    for path in sorted(web_server.PAGES)
    if path.startswith(story.path)
]


@pytest.mark.parametrize(("path", "story"), PAGES, ids=[path for path, _ in PAGES])
def test_draft_quotes_the_story_and_nothing_around_it(
    path: str, story: Story, web: WebServer, model: ModelServer
) -> None:
    run = _write(_brief(web.url(path), title=story.title))

    assert run.status == Run.Status.SUCCEEDED, run.problem
    quotes = [claim.quote for claim in run.claims.all() if claim.is_supported]
    known = [fact for fact in story.facts if any(_overlap(fact, quote) for quote in quotes)]
    assert len(known) >= min(2, len(story.facts)), (quotes, story.facts)
    body = run.post.latest_revision.body
    assert [words for words in story.antifacts if words in body] == []
    assert web.url(path) in body


@pytest.mark.parametrize("feed", ["wordpress.xml", "atom.xml", "feed.json", "rdf.xml"])
def test_feed_items_become_briefs_and_drafts(feed: str, web: WebServer, model: ModelServer) -> None:
    plan = factories.make_plan()
    source = Source.objects.create(plan=plan, kind="feed", url=web.url(f"/feeds/{feed}"))
    items = services.feed_items(source)
    editor = factories.make_user("Editors")

    brief = services.pick_from_feed(source, item_guid=items[0].guid, by=editor)

    assert items[0].title == brief.title
    run = _write(brief)
    assert run.status in (Run.Status.SUCCEEDED, Run.Status.FAILED)
    if run.status == Run.Status.FAILED:
        assert items[0].url in run.problem
    else:
        assert run.claims.exclude(quote="").exists()


BAD = {
    "/status/404": "404",
    "/status/500": "500",
    "/status/403": "403",
    "/empty": "empty",
    "/blank": "",
    "/wrong/file.pdf": "PDF",
    "/wrong/picture.png": "",
    "/huge/50": "MB",
    "/gzip-bomb": "MB",
    "/redirect/loop": "redirect",
    "/articles/app.html": "",
    "/cut": "",
    "/hang": "",
}


@pytest.mark.parametrize("path", BAD)
def test_bad_source_fails_at_research_and_retry_goes_on_once_it_is_mended(
    path: str, web: WebServer, model: ModelServer, settings: Any
) -> None:
    settings.FETCH_TIMEOUT_SECONDS = 2.0
    brief = _brief(web.url(path))

    run = _write(brief)

    assert run.status == Run.Status.FAILED
    assert run.steps.get(status="failed").name == "research"
    assert web.url(path) in run.problem
    assert BAD[path].lower() in run.problem.lower()
    source = brief.sources.get()
    assert source.problem
    assert model.requests == []

    source.url = web.url(stories.NIGHT_TRAMS.path)
    source.save()
    services.retry_run(run, by=factories.make_user("Editors"))
    services.advance(run.pk)

    run.refresh_from_db()
    assert run.status == Run.Status.SUCCEEDED, run.problem
    assert brief.sources.get().problem == ""


def test_one_bad_source_among_good_ones_names_itself_alone(
    web: WebServer, model: ModelServer
) -> None:
    brief = _brief(web.url(stories.NIGHT_TRAMS.path))
    Source.objects.create(brief=brief, kind="url", url=web.url("/status/404"))

    run = _write(brief)

    assert run.status == Run.Status.FAILED
    assert "/status/404" in run.problem
    assert stories.NIGHT_TRAMS.path not in run.problem


def _overlap(fact: str, quote: str) -> bool:
    """Whether one holds the other, apart from white space."""
    fact, quote = " ".join(fact.split()), " ".join(quote.split())
    return fact in quote or quote in fact
