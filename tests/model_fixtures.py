"""Fixtures: a model over HTTP, and what it costs."""

import os
from collections.abc import Iterator
from decimal import Decimal

import pytest

from generation.models import ModelPrice
from tests import model_server
from tests.model_server import ModelServer


@pytest.fixture
def model(settings) -> Iterator[ModelServer]:
    """A model server that the client is configured for, as for a real one."""
    with model_server.running() as server:
        settings.USE_SAMPLE_MODEL = False
        settings.OPENAI_API_KEY = model_server.API_KEY
        settings.OPENAI_BASE_URL = server.base_url
        settings.OPENAI_MODEL = "test-model"
        settings.OPENAI_TIMEOUT_SECONDS = 20.0
        yield server
        if server.requests:
            from generation.client import request  # brings the SDK

            # The connection is kept for the next request, and the port may be another's next.
            request._build(model_server.API_KEY, server.base_url, os.getpid()).close()
            request._build.cache_clear()


@pytest.fixture
def image_price(db) -> ModelPrice:
    """What the image model of the tests costs."""
    return ModelPrice.objects.create(
        model_prefix="test-image",
        effective_from="2026-01-01",
        input_per_million=Decimal("5"),
        cached_input_per_million=Decimal("1.25"),
        output_per_million=Decimal("12"),
        image_output_per_million=Decimal("30"),
    )


@pytest.fixture
def price(db) -> ModelPrice:
    """What the model of the tests costs."""
    return ModelPrice.objects.create(
        model_prefix="test-model",
        effective_from="2026-01-01",
        input_per_million=Decimal("1.25"),
        cached_input_per_million=Decimal("0.125"),
        output_per_million=Decimal("10"),
    )
