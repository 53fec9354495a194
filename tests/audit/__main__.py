"""`./run audit`: every kind of page before every judge; a table, the complaints, the figures.

With `--short` only what needs no Node and no Java is asked, and a check that can not run is no
failure. With `--hold` the site stays up at the end, to be looked at, until Enter is pressed.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable

from playwright.sync_api import sync_playwright

from tests.audit import browser, feeds, lighthouse, markup, programs
from tests.audit.site import Site, running_site
from tests.load import stage

# Kilobytes of a post without its pictures, as they came over, headers and all.
POST_AT_MOST = 60.0


class Report:
    """What each page got: complaints by page, words for the table, what could not run."""

    def __init__(self, site: Site) -> None:
        self._names = [page.name for page in site.pages]
        self.cells: dict[str, dict[str, str]] = defaultdict(dict)
        self.complaints: list[str] = []
        self.not_run: list[str] = []
        self.figures: dict[str, object] = {"audit": "site", "pages": len(site.pages)}

    def run(self, title: str, check: Callable[["Report", Site], None], site: Site) -> None:
        """Run a check, or note why it could not."""
        stage.say(f"{title} ...")
        try:
            check(self, site)
        except programs.ProgramMissing as missing:
            self.not_run.append(f"{title}: {missing}")

    def note(self, name: str, column: str, complaints: list[str]) -> None:
        """Note what a judge said of a page."""
        self.cells[name][column] = str(len(complaints))
        self.complaints += [f"{name}: {words}" for words in complaints]

    def print(self) -> None:
        """Print the table, the complaints, and the figures as the last line."""
        columns = ("axe+console", "html", "lighthouse", "kB", "kB+img")
        print(f"\n{'':<24}" + "".join(f"{column:>20}" for column in columns))
        for name in self._names:
            print(f"{name:<24}" + "".join(f"{self.cells[name].get(c, '-'):>20}" for c in columns))
        print("\n* without what is on purpose: such a page is an error, or not for search engines.")
        for words in self.complaints:
            print(f"WRONG: {words}")
        for words in self.not_run:
            print(f"NOT RUN: {words}")
        print(json.dumps({**self.figures, "wrong": len(self.complaints), "not_run": self.not_run}))


def _ask_browser(report: Report, site: Site) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=programs.chromium(), args=programs.SWITCHES
        )
        for page in site.pages:
            complaints = []
            for scheme in browser.SCHEMES:
                for width in browser.WIDTHS:
                    with browser.window(chromium, scheme=scheme, width=width) as window:
                        seen = browser.look_at(window, site.url, page)
                    complaints += [f"{words} ({scheme}, {width})" for words in seen.complaints]
                    if page.is_post and seen.kilobytes >= POST_AT_MOST:
                        complaints.append(f"weighs {seen.kilobytes:.1f} kB without pictures")
                    if (scheme, width) == ("light", "wide"):
                        report.cells[page.name]["kB"] = f"{seen.kilobytes:.1f}"
                        report.cells[page.name]["kB+img"] = f"{seen.with_pictures:.1f}"
            stage.say(f"  {page.name}: {len(complaints)}")
            report.note(page.name, "axe+console", complaints)
        chromium.close()
    report.figures["browser_looks"] = len(site.pages) * len(browser.SCHEMES) * len(browser.WIDTHS)
    report.figures["heaviest_post_kb_without_pictures"] = max(
        float(report.cells[page.name]["kB"]) for page in site.pages if page.is_post
    )


def _ask_checker(report: Report, site: Site) -> None:
    found = markup.check(site)
    for name, complaints in found.items():
        report.note(name, "html", complaints)
    report.figures["html_messages"] = sum(map(len, found.values()))


def _ask_lighthouse(report: Report, site: Site) -> None:
    program = lighthouse.ready(site)
    lowest = [100, 100, 100, 100]
    for page in site.pages:
        scores = lighthouse.judge(program, site, page)
        stage.say(f"  {page.name}: {'/'.join(map(str, scores.points))}")
        report.note(page.name, "lighthouse", list(scores.complaints))
        mark = "*" if scores.excused else ""
        report.cells[page.name]["lighthouse"] = "/".join(map(str, scores.points)) + mark
        lowest = [min(pair) for pair in zip(lowest, scores.points, strict=True)]
    report.figures["lighthouse_lowest"] = dict(zip(lighthouse.CATEGORIES, lowest, strict=True))


def _ask_feed_readers(report: Report, site: Site) -> None:
    found = feeds.check(site)
    for path, complaints in found.items():
        report.note(path, "feeds", complaints)
    report.figures["feeds_and_sitemaps"] = len(found)


CHECKS = {
    "Feeds and sitemaps": _ask_feed_readers,
    "axe, console, weight (Chromium)": _ask_browser,
    "HTML and CSS (Nu HTML checker)": _ask_checker,
    "Lighthouse": _ask_lighthouse,
}
_SHORT = 2


def main() -> int:
    """Run the checks; return 1 if anything is wrong or could not be asked."""
    parser = argparse.ArgumentParser(prog="./run audit", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--hold", action="store_true")
    options = parser.parse_args()
    with running_site() as site:
        report = Report(site)
        for title, check in list(CHECKS.items())[: _SHORT if options.short else None]:
            report.run(title, check, site)
        report.print()
        if options.hold:
            input(f"The site is at {site.url} until Enter is pressed. ")
    return bool(report.complaints or (report.not_run and not options.short))


if __name__ == "__main__":
    sys.exit(main())
