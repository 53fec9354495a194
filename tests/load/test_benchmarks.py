"""The benchmarks run, on tiny blogs and without targets, so that they can not rot."""

from typing import Any

import pytest

from tests.load import generation, growth, pages

pytestmark = pytest.mark.process


@pytest.fixture(autouse=True)
def _folder_of_our_own(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("AUTOBLOG_VAR", str(tmp_path))


def test_pages(capsys: Any) -> None:
    summary = pages.main(posts=60, rounds=1, seconds=0.2)

    cases: Any = summary["cases"]
    assert set(cases) >= {"bare", "post kept", "post made", "list kept", "feed kept", "api passed"}
    assert all(case["requests"] > 0 and case["bytes"] > 100 for case in cases.values())
    # The last line is for machines.
    assert '"bench": "pages"' in capsys.readouterr().out.splitlines()[-1]


def test_growth(capsys: Any) -> None:
    # Another number than the pages: both may make their databases at once.
    summary = growth.main(small=61, large=120, asked=1)

    figures: Any = summary["pages"]
    assert {"home", "search, a rare word", "API, a tag", "admin, posts"} <= set(figures)
    assert '"bench": "growth"' in capsys.readouterr().out.splitlines()[-1]


def test_generation(capsys: Any) -> None:
    summary = generation.main(slots=8, latency=0.2, seconds=3, rounds=1)

    crew, prefork = summary["cases"]["crew"], summary["cases"]["prefork 4"]
    assert crew["articles_per_minute"] > 0 < prefork["calls_per_second"]
    assert 4 < crew["most_in_flight"] <= 8
    assert prefork["most_in_flight"] <= 4
    assert 0 < crew["connections"] <= 20
    assert '"bench": "generation"' in capsys.readouterr().out.splitlines()[-1]
