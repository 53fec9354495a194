"""What no screen sends is refused in words; our own mistakes stay visible."""

import pytest
from django.test import RequestFactory

from config.odd_requests import OddAdminRequestMiddleware

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "blog/post/add/?author=abc",
        "generation/brief/add/?plan=x",
        "autocomplete/?app_label=blog&model_name=post&field_name=tags&term=%00",
        "knox/authtoken/%00/delete/",
        "blog/post/?created_at__year=99999999999999999999",
        "blog/post/?created_at__year=-1",
        "publishing/workflowevent/?created_at__year=9999",
    ],
)
def test_an_address_that_cannot_be_is_refused_in_words(admin_client, address):
    answer = admin_client.get(f"/admin/{address}")

    assert answer.status_code == 400
    assert "could not read that request" in answer.content.decode()


def test_a_form_with_a_made_up_choice_is_refused_in_words(admin_client):
    answer = admin_client.post("/admin/generation/brief/add/", {"plan": "x", "title": "y"})

    assert answer.status_code == 400


def test_our_own_mistakes_are_not_blamed_on_the_sender(rf: RequestFactory):
    guard = OddAdminRequestMiddleware(lambda _request: None)
    with pytest.raises(ValueError, match="ours") as caught:
        exec("raise ValueError('ours')", {"__name__": "blog.somewhere"})

    assert guard.process_exception(rf.get("/admin/blog/post/"), caught.value) is None


def test_only_the_admin_is_guarded(rf: RequestFactory):
    guard = OddAdminRequestMiddleware(lambda _request: None)

    assert guard.process_exception(rf.get("/search/"), OverflowError()) is None
    assert guard.process_exception(rf.get("/admin/"), OverflowError()).status_code == 400
