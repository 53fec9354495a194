"""Whose translation a post is, and its place in the menu: refused in sentences, noted by name."""

import pytest
from django.contrib.admin.models import LogEntry

from blog import placement, revisions
from blog.models import Post
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.make_user("Editors")


def place(post, by, original=None, menu_position=None):
    return placement.place(post, by=by, translation_of=original, menu_position=menu_position)


def in_arabic(**fields):
    return factories.make_post(language="ar", **fields)


def test_a_translation_knows_its_original_and_who_said_so(editor):
    original, arabic = factories.make_post(), in_arabic()

    assert place(arabic, editor, original) is True
    assert place(arabic, editor, original) is False

    arabic.refresh_from_db()
    assert arabic.translation_of == original
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (editor, str(arabic.pk))
    assert entry.get_change_message() == "Changed Translation of."


def test_no_text_and_no_approval_is_touched(editor):
    original, arabic = factories.make_post(), in_arabic(live=True)

    place(arabic, editor, original)

    arabic.refresh_from_db()
    assert arabic.is_live
    assert arabic.latest_revision.number == 1


def test_a_translation_can_be_let_go(editor):
    arabic = in_arabic()
    place(arabic, editor, factories.make_post())

    assert place(arabic, editor) is True

    arabic.refresh_from_db()
    assert arabic.translation_of is None


class TestRefuses:
    def refused(self, post, editor, original):
        with pytest.raises(placement.TranslationRefused) as refusal:
            place(post, editor, original)
        post.refresh_from_db()
        assert post.translation_of is None
        assert not LogEntry.objects.filter(object_id=str(post.pk)).exists()
        return str(refusal.value)

    def test_itself(self, editor):
        post = factories.make_post()

        assert "translation of itself" in self.refused(post, editor, post)

    def test_a_translation_of_a_translation(self, editor):
        original, arabic = factories.make_post(title="First"), in_arabic()
        place(arabic, editor, original)
        french = factories.make_post(language="fr")

        assert "Choose the original: “First”." in self.refused(french, editor, arabic)

    def test_an_original_that_would_be_a_translation(self, editor):
        original, arabic = factories.make_post(), in_arabic(title="Arabic one")
        place(arabic, editor, original)
        french = factories.make_post(language="fr")

        assert "“Arabic one” is a translation of this post" in self.refused(
            original, editor, french
        )

    def test_two_in_one_language(self, editor):
        original = factories.make_post(title="First")
        place(in_arabic(title="Arabic one"), editor, original)

        sentence = self.refused(in_arabic(), editor, original)

        assert sentence == "“First” has a translation into Arabic already: “Arabic one”."

    def test_one_in_the_language_of_the_original(self, editor):
        original = factories.make_post(title="First")

        assert "“First” is in English as well" in self.refused(
            factories.make_post(), editor, original
        )

    def test_a_page_for_a_post(self, editor):
        page = revisions.create_post(
            factories.make_draft(title="About"), by=None, kind=Post.Kind.PAGE
        )

        assert "“About” is a page and this is a post" in self.refused(in_arabic(), editor, page)


def test_the_menu_has_the_page_where_it_was_put(editor):
    page = revisions.create_post(factories.make_draft(), by=None, kind=Post.Kind.PAGE)

    assert place(page, editor, menu_position=2) is True

    page.refresh_from_db()
    assert page.menu_position == 2
    assert LogEntry.objects.get().get_change_message() == "Changed Place in the menu."
