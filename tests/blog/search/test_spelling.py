"""A slip of the finger is forgiven, with words that readers can really find."""

import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from blog import revisions, search
from blog.models import SearchTerm
from blog.search import spelling
from publishing import workflow
from tests.factories import make_draft, make_post, make_user


def meant(words: str, language: str = "en") -> str:
    return spelling.correct(words, language=language)


@pytest.mark.django_db
class TestACorrection:
    @pytest.fixture(autouse=True)
    def words(self):
        for word in ("knife", "sharpening", "chisel", "glue", "furniture", "linseed"):
            spelling.learn_words([word], language="en")

    @pytest.mark.parametrize(
        ("typed", "word"),
        [
            ("kinfe", "knife"),  # two letters exchanged
            ("knif", "knife"),  # one missing
            ("knnife", "knife"),  # one too many
            ("knofe", "knife"),  # one wrong
            ("sharpning", "sharpening"),
            ("furnitrue", "furniture"),
            ("lindsed", "linseed"),
            ("Kinfe", "knife"),
        ],
    )
    def test_is_the_nearest_word(self, typed, word):
        assert meant(typed) == word

    def test_leaves_what_is_right_and_the_signs_between(self):
        assert meant('"sharpning" -chisl glue') == '"sharpening" -chisel glue'

    @pytest.mark.parametrize("typed", ["knife", "sharpened", "zebra", "the", "gl", "x1y2"])
    def test_is_none_for_what_is_right_or_far_away(self, typed):
        assert meant(typed) in ("", typed)

    def test_of_two_that_are_equally_near_the_more_common_was_meant(self):
        for _ in range(3):
            spelling.learn_words(["blue"], language="en")

        assert meant("klue") == "blue"

    def test_keeps_languages_apart(self):
        assert meant("kinfe", language="de") == ""


@pytest.mark.django_db
class TestASearch:
    def test_finds_what_was_probably_meant_and_says_so(self, client):
        make_post(live=True, title="Linseed oil", body="Dries slowly.")

        page = client.get("/search/?q=linsede+oil")

        assert page.context_data["results"].results[0].post.title == "Linseed oil"
        assert "No post matches “linsede oil”." in page.content.decode()
        assert "linseed oil" in page.content.decode()

    def test_never_gives_a_hidden_text_away(self):
        make_post(title="Zirconium", body="In a draft.")
        make_post(approved=True, title="Yttrium", body="Tomorrow.")
        assert not SearchTerm.objects.filter(word="zirconium").exists()

        for typed in ("zirconum", "yttrum"):
            found = search.search(typed)
            assert (found.results, found.instead_of, found.words) == ([], "", typed)

    def test_learns_an_update_when_readers_get_it(self):
        post = make_post(live=True, body="iron")
        revisions.save_revision(post, make_draft(body="wolfram"), by=make_user())
        assert not SearchTerm.objects.filter(word="wolfram").exists()

        workflow.submit(post, by=None)
        workflow.approve(post, by=make_user("Editors"))

        assert SearchTerm.objects.filter(word="wolfram", texts=1).exists()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12), st.data())
def test_two_words_with_one_slip_between_them_always_share_a_key(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slips = [
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
    ]

    for slip in slips:
        if len(slip) >= 3:
            assert spelling._keys(word) & spelling._keys(slip), (word, slip)


@pytest.mark.django_db(transaction=True)
def test_many_may_learn_the_same_words_at_once():
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(200)]
    failed = []

    def learn(turn: int) -> None:
        try:
            spelling.learn_words(words[:: -1 if turn % 2 else 1], language="en")
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=learn, args=[turn]) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert set(SearchTerm.objects.values_list("texts", flat=True)) == {6}
