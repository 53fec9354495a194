"""The Nu HTML checker on every kind of page, and on the style sheet."""

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2

from tests.audit import programs
from tests.audit.site import Site


def check(site: Site) -> dict[str, list[str]]:
    """Return the errors and warnings of each page by its name, and those of the style sheet.

    Raises ProgramMissing without Java or npm.
    """
    programs.need("java")
    jar = programs.installed(site.folder) / "vnu-jar" / "build" / "dist" / "vnu.jar"
    folder = site.folder / "pages"
    folder.mkdir(exist_ok=True)
    with httpx2.Client(base_url=site.url) as client:
        bodies = {page.name: client.get(page.path).text for page in site.pages}
        style = re.search(r'rel="stylesheet" href="([^"]+)"', bodies[site.pages[0].name])
        sheet = client.get(style[1]).text if style else ""
    names = {folder / f"{number}.html": name for number, name in enumerate(bodies)}
    for path, name in names.items():
        path.write_text(bodies[name])
    (folder / "style.css").write_text(sheet)
    findings: dict[str, list[str]] = {name: [] for name in (*bodies, "style sheet")}
    for path, words in [*_say(jar, *names), *_say(jar, "--css", folder / "style.css")]:
        findings[names.get(path, "style sheet")].append(words)
    return findings


def _say(jar: Path, *words: str | Path) -> list[tuple[Path, str]]:
    argv = ["java", "-Xss1m", "-jar", jar, "--exit-zero-always", "--format", "json", *words]
    said = subprocess.run(argv, capture_output=True, text=True, check=True)
    return [
        (
            Path(unquote(urlsplit(message.get("url", "")).path)),
            f"{message.get('subType', message['type'])}: {message['message']}"
            f" | {message.get('extract', '')[:160]!r}",
        )
        for message in json.loads(said.stderr or said.stdout)["messages"]
    ]
