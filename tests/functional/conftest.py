"""Every test of the whole may ask for a model over HTTP."""

from tests.model_fixtures import model, price

__all__ = ["model", "price"]
