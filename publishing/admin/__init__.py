"""The desk on screen: today, the review queue, schedules, channels and the records of it all."""

from publishing.admin import channels, dashboard, review, schedules

__all__ = ["channels", "dashboard", "review", "schedules"]
