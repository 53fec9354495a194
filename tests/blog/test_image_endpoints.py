"""The two doors for pictures: what the writing desk relies on, and who is refused."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from blog.models import Image
from tests import factories

pytestmark = pytest.mark.django_db
UPLOAD, PICK = reverse("admin:blog_image_upload"), reverse("admin:blog_image_pick")
KEYS = {"id", "url", "markdown", "width", "height", "alt_text", "thumbnail"}


@pytest.fixture
def writer(client):
    user = factories.make_user("Writers")
    client.force_login(user)
    return user


def picture():
    with factories.make_image().file.open() as file:
        return ContentFile(file.read(), name="bench.png")


def test_a_picture_comes_in_with_its_words(client, writer):
    typed = {"alt_text": "A bench", "caption": "Ours", "credit": "Ada", "licence": "CC0"}

    answer = client.post(UPLOAD, {"file": picture(), **typed})

    image = Image.objects.get(alt_text="A bench")
    assert answer.status_code == 201
    assert set(answer.json()) >= KEYS
    assert answer.json()["markdown"].startswith(f"![A bench]({image.file.url}")
    assert (image.uploaded_by, image.credit, image.licence) == (writer, "Ada", "CC0")


def test_one_without_words_is_refused_in_a_sentence(client, writer):
    answer = client.post(UPLOAD, {"file": picture()})

    assert answer.status_code == 400
    assert all(isinstance(said, list) for said in answer.json()["errors"].values())


def test_no_file_is_told_beside_the_field(client, writer):
    answer = client.post(UPLOAD, {"alt_text": "A bench"})

    assert answer.status_code == 400
    assert answer.json()["errors"]["file"]


def test_the_library_is_searched_and_read_on(client, writer):
    for number in range(30):
        factories.make_image(alt_text=f"Chair {number}")
    factories.make_image(alt_text="A bench")

    first = client.get(PICK, {"q": "chair"}).json()
    rest = client.get(f"{PICK}?{first['next'].lstrip('?')}").json()

    names = [image["alt_text"] for image in first["images"] + rest["images"]]
    assert sorted(names) == sorted(f"Chair {number}" for number in range(30))
    assert rest["next"] == ""
    assert set(first["images"][0]) >= KEYS


class TestRefuses:
    def test_strangers(self, client):
        assert client.post(UPLOAD, {}).status_code == 302
        assert client.get(PICK).status_code == 302

    def test_whoever_may_not_add_pictures(self, client):
        client.force_login(factories.make_user("Publishers"))

        answer = client.post(UPLOAD, {"file": picture(), "alt_text": "A bench"})

        assert answer.status_code == 403
        assert answer.json()["errors"]["__all__"]
        assert not Image.objects.filter(alt_text="A bench").exists()

    def test_whoever_may_not_see_pictures(self, client):
        client.force_login(factories.make_user())

        assert client.get(PICK).status_code == 403
