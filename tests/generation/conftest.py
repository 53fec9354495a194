"""Every test of the writers' room may ask for a model over HTTP, and for a brief to be written."""

import pytest

from generation.models import Brief, Source
from tests import factories
from tests.generation import real
from tests.model_fixtures import image_price, model, price
from tests.web_fixtures.stories import NIGHT_TRAMS

__all__ = ["brief", "image_price", "model", "price"]


@pytest.fixture
def brief(model, price, web) -> Brief:
    """A brief with a page that can be read, and a model that answers as the sample model does."""
    model.compose = real.compose
    brief = factories.make_brief(title="What the night trams changed")
    Source.objects.create(brief=brief, url=web.url(NIGHT_TRAMS.path))
    return brief
