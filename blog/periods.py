"""Years and months, by the site's clock: which there are, and when they begin."""

from datetime import date, datetime, time

from django.utils import timezone


def is_period(year: int, month: int | None) -> bool:
    """Whether there is such a year, or month of it, to have published in."""
    return 1970 <= year < 9999 and (month is None or 1 <= month <= 12)


def midnight(year: int, month: int, day: int = 1) -> datetime:
    """Return when a day begins, or a month."""
    return timezone.make_aware(datetime.combine(date(year, month, day), time.min))
