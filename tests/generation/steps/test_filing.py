"""Metadata, checks and file: what people get is labelled, cited, safe, and filed exactly once."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from blog.models import Post, Tag
from blog.rendering import render_markdown
from generation.models import Claim, Run
from generation.signals import draft_filed
from generation.steps import file, metadata
from generation.steps.base import StepFailed
from tests.factories import make_category, make_plan
from tests.web_fixtures.stories import HEAT_PUMPS, NIGHT_TRAMS


def answer(**fields):
    return {"title": "T", "slug": "t", "summary": "S.", "tags": []} | fields


class TestMetadata:
    def run(self, room, **fields):
        one = room()
        one.write(until="edit")
        one.answers = [answer(**fields)]
        return metadata.run(one)

    def test_markup_and_addresses_do_not_reach_titles_and_summaries(self, room):
        found = self.run(
            room,
            title="**Bold** <b>seeds</b> https://evil.com",
            summary="See [this](https://evil.com) and www.evil.com now.",
        )
        assert found.title == "Bold seeds"
        assert found.summary == "See this and now."

    def test_tags_of_the_blog_come_first_in_its_own_spelling_and_few_are_new(self, room):
        Tag.objects.create(name="Gardening", slug="gardening")
        found = self.run(room, tags=["seeds", "gardening", "<script>", "beans", "squash", "!!"])
        assert found.tags == ["Gardening", "seeds", "beans"]

    def test_the_summary_of_the_sample_is_a_whole_quotation(self, room):
        one = room()
        one.write(until="metadata")
        assert one.outputs["metadata"][0].summary == (
            "“The seed library opens on 3 June in the old fire station.”"
        )


@pytest.mark.django_db
class TestFile:
    def test_the_draft_has_the_plans_byline_and_says_that_a_machine_wrote_it(self, room):
        category = make_category()
        one = room(plan=make_plan(category=category), keywords=["beans"])
        one.run.is_sample = True
        one.run.save()
        one.write()
        post = Post.objects.get()
        assert (post.author, post.category) == (one.plan.author, category)
        assert (post.is_ai_generated, post.is_sample) == (True, True)
        assert [tag.name for tag in post.tags.all()] == ["beans"]
        assert post.latest_revision.created_by == one.run.requested_by
        assert post.latest_revision.contributor_ids == [one.run.requested_by.pk]
        assert post.status == Post.Status.IN_REVIEW, "the desk heard of it"

    def test_every_claim_rests_on_a_literal_quote_and_stands_in_the_body(self, room, web):
        one = room({"url": web.url(NIGHT_TRAMS.path)}, title="Night trams")
        one.write()
        claims = list(Claim.objects.all())
        assert len(claims) >= 5
        assert all(claim.quote in claim.snapshot.text for claim in claims)
        assert all(claim.sentence in one.run.post.body for claim in claims)

    def test_only_the_sources_that_are_cited_are_listed(self, room, web):
        unrelated = {"url": web.url(HEAT_PUMPS.path)}
        one = room({"url": web.url(NIGHT_TRAMS.path)}, unrelated, title="Night trams")
        one.write(until="research")
        evidence = one.outputs["research"][0]
        kept = [fact for fact in evidence.facts if fact.source == "S1"]
        one.outputs["research"] = [evidence.model_copy(update={"facts": kept})]
        one.write(after="research")
        listed = one.run.post.body.partition("## Sources")[2]
        assert NIGHT_TRAMS.title in listed
        assert HEAT_PUMPS.title not in listed

    def test_the_page_has_footnotes_and_nothing_but_known_links(self, room, web):
        one = room({"url": web.url(NIGHT_TRAMS.path)}, title="Night trams")
        one.write()
        html = render_markdown(one.run.post.body)
        assert html.count('class="footnote-ref"') >= 3
        links = set(re.findall(r'href="([^"#]+)"', html))
        assert links == {web.url(NIGHT_TRAMS.path)}

    def test_a_second_attempt_finds_the_post_and_announces_nothing(self, room):
        one = room()
        one.write()
        heard = []
        draft_filed.connect(receiver := lambda **given: heard.append(given), weak=False)
        try:
            again = file.run(one)
        finally:
            draft_filed.disconnect(receiver)
        assert again == one.outputs["file"][0]
        assert Post.objects.count() == 1
        assert heard == []

    def test_post_claims_and_announcement_are_saved_together_or_not_at_all(self, room):
        one = room()
        one.write(until="checks")

        def refuse(**_given):
            raise RuntimeError("the desk is closed")

        draft_filed.connect(refuse, weak=False)
        try:
            with pytest.raises(RuntimeError), transaction.atomic():
                file.run(one)
        finally:
            draft_filed.disconnect(refuse)
        assert (Post.objects.count(), Claim.objects.count()) == (0, 0)
        assert Run.objects.get().post is None

    def test_a_stopped_run_files_nothing(self, room):
        one = room()
        one.write(until="checks")
        Run.objects.update(status=Run.Status.CANCELLED)
        with pytest.raises(StepFailed, match="stopped"):
            file.run(one)
        assert Post.objects.count() == 0

    def test_a_run_that_nobody_asked_for_has_no_contributor(self, room):
        one = room()
        one.run.requested_by = None
        one.run.save()
        one.write()
        assert Post.objects.get().latest_revision.contributor_ids == []
        assert User.objects.count() == 1

    def test_a_title_without_a_latin_letter_gets_an_address_all_the_same(self, room):
        one = room(title="種の図書館", language="ja")
        one.write()
        assert re.fullmatch(r"[a-z0-9-]+", one.run.post.slug)
