"""Who wrote each paragraph, through edits, moves, restored revisions and second answers."""

from dataclasses import replace

import pytest

from blog import revisions
from generation import provenance, services
from tests import factories
from tests.generation import real
from tests.generation.real import WISH

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(brief):
    return finish(real.start(brief))


def finish(run):
    assert real.work(run).status == "succeeded", run.problem
    return run


def edit(post, by, change):
    post.refresh_from_db()
    draft = revisions.draft_of(post)
    revisions.save_revision(post, replace(draft, body=change(draft.body)), by=by)


def origins(post):
    post.refresh_from_db()
    return provenance.of_post(post)


class TestAPostOfARun:
    def test_is_the_models_each_section_of_its_own_request(self, run):
        found = origins(run.post)

        assert all(one.call is not None and not one.changed_by for one in found)
        sections = {one.call.step.index for one in found if one.call.prompt_name == "sections"}
        assert sections == set(range(run.steps.filter(name="sections").count()))
        # Headings, opening and closing came with the editing.
        assert {one.call.prompt_name for one in found} == {"sections", "edit"}
        for one in found:
            if one.call.prompt_name == "sections":
                words = provenance._plain(one.text).split()[:4]
                assert " ".join(words) in one.call.answer.replace("\\u201c", "“")

    def test_keeps_its_origin_through_edits_and_names_who_changed_what(self, run):
        anna, ben = factories.make_user("Editors"), factories.make_user("Editors")
        before = origins(run.post)
        target = before[1]

        edit(run.post, anna, lambda body: body.replace(target.text, f"{target.text} Indeed."))
        edit(run.post, ben, lambda body: f"Words of my own, which nobody else wrote.\n\n{body}")
        edit(run.post, ben, lambda body: body.replace("Indeed.", "Indeed so."))

        first, *rest = origins(run.post)
        assert (first.call, first.written_by) == (None, ben)
        changed = next(one for one in rest if "Indeed so." in one.text)
        assert (changed.call, changed.changed_by) == (target.call, (anna, ben))
        untouched = [one for one in rest if one is not changed]
        assert not any(one.changed_by for one in untouched)
        assert provenance.shares([first, *rest]) == {
            "model": len(before),
            "changed": 1,
            "people": 1,
        }

    def test_moves_with_its_paragraphs_and_comes_back_with_a_revision(self, run):
        anna = factories.make_user("Editors")
        before = origins(run.post)

        edit(run.post, anna, lambda body: "\n\n".join(reversed(body.split("\n\n"))))
        moved = {one.text: one.call for one in origins(run.post)}
        edit(run.post, anna, lambda _body: "All gone.")
        assert [one.written_by for one in origins(run.post)] == [anna]
        revisions.restore_revision(run.post, 1, by=anna)

        assert moved == {one.text: one.call for one in before}
        assert origins(run.post) == before

    def test_names_the_second_answer_where_a_section_was_written_again(self, run):
        old = {one.text for one in origins(run.post)}

        run = finish(services.rewrite_section(run, 1, by=None, wish=WISH))

        new = [one for one in origins(run.post) if one.text not in old]
        again = run.steps.get(name="sections", index=1)
        assert new
        assert {one.call.step for one in new} == {again}
        assert not any(one.changed_by for one in new)


def test_a_post_that_people_wrote_is_theirs():
    anna = factories.make_user("Editors")
    post = factories.make_post(by=anna, body="One.\n\nTwo.")

    assert [(one.call, one.written_by) for one in provenance.of_post(post)] == [(None, anna)] * 2


def test_the_review_screen_shows_it(client, run):
    anna = factories.make_user("Editors")
    edit(run.post, anna, lambda body: f"{body}\nAn entirely new thought of an editor.\n")
    client.force_login(anna)

    page = client.get(f"/admin/publishing/queuedpost/{run.post_id}/change/").content.decode()

    assert "Who wrote what" in page
    assert "1 written by people." in page


def test_the_review_screen_offers_the_titles_that_were_not_chosen(client, run):
    [outline] = run.steps.filter(name="outline")
    outline.output["titles"] = [run.post.title, "What <i>trams</i> do at night"]
    outline.save()
    client.force_login(factories.make_user("Editors"))

    page = client.get(f"/admin/publishing/queuedpost/{run.post_id}/change/").content.decode()

    card = page.partition("Other titles the model offered")[2].partition("</section>")[0]
    assert "What &lt;i&gt;trams&lt;/i&gt; do at night" in card
    assert run.post.title not in card
