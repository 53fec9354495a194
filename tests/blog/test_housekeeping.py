"""The clock of the ground floor: each chore is done, whatever becomes of the others."""

from datetime import UTC, datetime

import pytest

from blog import housekeeping, showing

NOW = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


def test_updates_with_a_time_to_come_are_among_the_chores() -> None:
    assert showing.show_due_updates in housekeeping.CHORES


def test_a_chore_that_fails_is_logged_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[datetime] = []

    def broken(now: datetime) -> None:
        raise RuntimeError

    monkeypatch.setattr(housekeeping, "CHORES", [broken, done.append, broken])
    housekeeping.sweep(NOW)

    assert done == [NOW]
    said = [record.msg for record in caplog.records]
    assert [(line["event"], line["chore"]) for line in said] == [("chore_failed", "broken")] * 2
