"""Lighthouse on a page: four scores, and which audits cost points."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.audit import programs
from tests.audit.content import Page
from tests.audit.site import Site

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ATTEMPTS = 3
_MOST_SLOWDOWN = 4.0  # times; what Lighthouse takes for a fast desktop to act a phone
# A page that is not for search engines is not crawlable, and an error page is one.
_ON_PURPOSE = {"is-crawlable", "http-status-code"}


@dataclass(frozen=True)
class Scores:
    """Of 100 each, after what is on purpose was excused; and what cost points."""

    points: tuple[int, ...]
    excused: tuple[str, ...]
    complaints: tuple[str, ...]


def ready(site: Site) -> Path:
    """Return its program. Raises ProgramMissing."""
    programs.need("node")
    programs.chromium()
    return programs.installed(site.folder) / "lighthouse" / "cli" / "index.js"


def judge(program: Path, site: Site, page: Page) -> Scores:
    """Have the page judged as on a phone on a slow line.

    A machine that is busy, or slower than the phone that is acted, costs points that are not the
    page's: what is less than 100 is judged again, at a pace that fits the machine, and the best
    counts.
    """
    best, slowdown = None, _MOST_SLOWDOWN
    for _attempt in range(ATTEMPTS):
        try:
            report = _run(program, site.url + page.path, slowdown)
        except subprocess.CalledProcessError as error:
            failed = f"lighthouse: {error.stderr.strip()[-300:]}"
            best = best or Scores((0, 0, 0, 0), (), (failed,))
            continue
        scores = _scores(report, page)
        best = max(best or scores, scores, key=lambda one: sum(one.points))
        if best.points[0] == 100:
            break
        index = report["environment"]["benchmarkIndex"]
        slowdown = max(1.0, min(_MOST_SLOWDOWN, 1 + (index - 150) / 600))
    assert best
    return best


def _run(program: Path, url: str, slowdown: float) -> dict[str, Any]:
    words = [
        *("--output=json", "--quiet", "--no-enable-error-reporting", "--ignore-status-code"),
        f"--only-categories={','.join(CATEGORIES)}",
        f"--throttling.cpuSlowdownMultiplier={slowdown:.1f}",
        f"--chrome-flags=--headless=new {' '.join(programs.SWITCHES)}",
    ]
    done = subprocess.run(
        ["node", program, url, *words],
        env={**os.environ, "CHROME_PATH": programs.chromium()},
        capture_output=True,
        text=True,
        check=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _scores(report: dict[str, Any], page: Page) -> Scores:
    points, excused, complaints = [], [], []
    if error := report.get("runtimeError"):
        complaints.append(f"lighthouse: {error['message']}")
    for name in CATEGORIES:
        category = report["categories"][name]
        lost = [
            ref["id"]
            for ref in category["auditRefs"]
            if ref["weight"] and (report["audits"][ref["id"]]["score"] or 0) < 1
            if report["audits"][ref["id"]]["scoreDisplayMode"]
            not in ("notApplicable", "manual", "informative")
        ]
        meant = [audit for audit in lost if _is_on_purpose(report["audits"][audit], page)]
        excused += meant
        score = round((category["score"] or 0) * 100)
        points.append(100 if lost and lost == meant else score)
        if points[-1] < 100:
            causes = [_in_words(report["audits"][one]) for one in lost if one not in meant]
            complaints.append(f"{name} {score}: {', '.join(causes)}")
    return Scores(tuple(points), tuple(excused), tuple(complaints))


def _in_words(audit: dict[str, Any]) -> str:
    return f"{audit['id']} {audit.get('displayValue', '')}".strip()


def _is_on_purpose(audit: dict[str, Any], page: Page) -> bool:
    if audit["id"] == "errors-in-console" and page.status >= 400:
        items = audit["details"]["items"]
        return all(f"status of {page.status}" in item.get("description", "") for item in items)
    return audit["id"] in _ON_PURPOSE and not page.is_indexed
