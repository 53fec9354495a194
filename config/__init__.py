"""Assembly: settings, URLs, Celery, health. No domain word lives here."""

from config.celery_app import app as celery_app

__all__ = ["celery_app"]
