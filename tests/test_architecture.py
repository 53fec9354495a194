"""The rules of the house, kept by machines: floors, types, style, migrations, locks, room sizes."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
APPS = ["config", "blog", "generation", "publishing"]


def _run(*command: str) -> str:
    """Run a tool of the environment; return its output when it complains, else nothing."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""


def _modules() -> Iterator[Path]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def test_imports_run_down_the_floors_only() -> None:
    assert _run("lint-imports", "--no-cache") == ""


def test_code_passes_the_linter() -> None:
    assert _run("ruff", "check", "--no-cache", ".") == ""


def test_code_is_formatted() -> None:
    assert _run("ruff", "format", "--no-cache", "--check", ".") == ""


def test_types_hold() -> None:
    assert _run("mypy") == ""


@pytest.mark.django_db
def test_models_have_all_their_migrations() -> None:
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name
)
def test_lock_is_hashed_and_names_no_host(lock: Path) -> None:
    text = lock.read_text()
    pins = [line for line in text.splitlines() if "==" in line]

    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pins) > 0


def test_every_module_opens_with_one_sentence_on_its_idea() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in _modules()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_rooms_stay_livable() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in _modules()}
    sizes = sorted(size for size in lines.values() if size)

    assert {str(path): size for path, size in lines.items() if size > 400} == {}
    assert statistics.median(sizes) <= 80
    assert sizes[int(len(sizes) * 0.9)] <= 250


def test_functions_stay_short() -> None:
    sizes = sorted(
        node.end_lineno - node.lineno + 1 - len((ast.get_docstring(node) or "").splitlines())
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno
    )

    assert statistics.median(sizes) <= 8
    assert sizes[int(len(sizes) * 0.9)] <= 25


def test_no_file_names_a_machine_of_ours() -> None:
    tracked = subprocess.run(
        ["git", "grep", "-nIE", "/(work|root|home)/[a-z]", "--", ".", ":!*.woff2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert tracked.stdout == ""
