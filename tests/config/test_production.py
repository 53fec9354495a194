"""Production settings: complete or not at all, and clean in Django's own eyes."""

import ast
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = ROOT / "config" / "settings" / "production.py"
COMPLETE = {
    "SECRET_KEY": "b7Qz-9w2LkXe4Rt8Yu1Io5Pa6Sd3Fg0Hj-kLzXcVbNm1q2w3e4r5t6y7u8i9o0pA",
    "DATABASE_URL": "postgres://autoblog@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "blog.example.com",
    "SITE_URL": "https://blog.example.com",
    "OPENAI_API_KEY": "a-key",
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
}
REQUIRED = [name for name in COMPLETE if name != "DJANGO_SETTINGS_MODULE"]


def manage(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_deployment_checks_find_nothing() -> None:
    done = manage("check", "--deploy", "--fail-level=WARNING", env=COMPLETE)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_plain_http_host_is_a_decision_not_a_warning() -> None:
    env = {**COMPLETE, "SECURE_SSL_REDIRECT": "false"}

    assert manage("check", "--deploy", "--fail-level=WARNING", env=env).returncode == 0


@pytest.mark.parametrize("name", REQUIRED)
def test_refuses_to_start_without(name: str, monkeypatch) -> None:
    for each in REQUIRED:
        monkeypatch.setenv(each, COMPLETE[each])
    monkeypatch.delenv(name)

    with pytest.raises(ImproperlyConfigured) as refusal:
        runpy.run_path(str(PRODUCTION))

    assert re.fullmatch(rf"Set the environment variable {name}: .+\.", str(refusal.value))


@pytest.mark.parametrize("part", ["web", "worker", "beat", "release"])
def test_every_program_refuses_in_one_sentence(part: str) -> None:
    env = {name: value for name, value in COMPLETE.items() if name != "OPENAI_API_KEY"}
    done = subprocess.run(
        [sys.executable, "-m", "config.start", part],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "WEB_HOST": "127.0.0.1", "PORT": "0", **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert "Set the environment variable OPENAI_API_KEY: " in done.stdout + done.stderr


def test_the_example_lists_every_variable_that_is_read() -> None:
    example = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    of_others = {"PATH", "PYTEST_XDIST_WORKER"}

    read = {name for path in (ROOT / "config").rglob("*.py") for name in _variables(path)}

    assert read - of_others - listed == set()
    compose = set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / "compose.yaml").read_text()))
    known_elsewhere = {"FORWARDED_ALLOW_IPS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert listed - read - compose - known_elsewhere == set()


def _variables(path: Path) -> set[str]:
    """The names in `env("X")`, `env.int("X")`, `os.environ["X"]` and `os.environ.get("X")`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args:
            source, first = ast.unparse(node.func), node.args[0]
            if re.fullmatch(r"env(\.\w+)?|os\.environ\.get", source):
                found.add(getattr(first, "value", None))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.add(getattr(node.slice, "value", None))
    return {name for name in found if isinstance(name, str)}
