"""Reads Dockerfile, .dockerignore and compose.yaml as the tools would, without the tools."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]


class Instruction(NamedTuple):
    stage: str
    name: str
    words: str

    @property
    def is_exec_form(self) -> bool:
        try:
            return isinstance(json.loads(self.words), list)
        except ValueError:
            return False


def dockerfile() -> list[Instruction]:
    """The instructions, each with the name of its stage."""
    text = (ROOT / "Dockerfile").read_text()
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    instructions, stage = [], ""
    for line in lines.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        name, _, words = line.strip().partition(" ")
        if name == "FROM":
            stage = words.rpartition(" AS ")[2]
        instructions.append(Instruction(stage, name, re.sub(r"\s+", " ", words.strip())))
    return instructions


def image_content() -> list[Path]:
    """The files of the working tree that .dockerignore lets into the image."""
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and line[0] != "#"
    ]
    tops = [ROOT / rule[1:] for rule in rules if rule.startswith("!")]
    files = [file for top in tops for file in ([top] if top.is_file() else sorted(top.rglob("*")))]
    return [
        file.relative_to(ROOT)
        for file in files
        if file.is_file() and _is_let_in(file.relative_to(ROOT), rules)
    ]


def _is_let_in(file: Path, rules: list[str]) -> bool:
    """The last rule that matches the file or one of its folders decides."""
    is_in = True
    candidates = [file, *file.parents]
    for rule in rules:
        pattern = rule.removeprefix("!")
        if pattern == "*" or any(_matches(candidate, pattern) for candidate in candidates):
            is_in = rule.startswith("!")
    return is_in


def _matches(path: Path, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return path.match(pattern.removeprefix("**/"))
    return path.as_posix() == pattern


def compose_text() -> str:
    return (ROOT / "compose.yaml").read_text()


def compose(**variables: str) -> dict[str, Any]:
    """The file with its variables filled in; raises KeyError with the message of a missing one."""

    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match["name"], match["kind"], match["rest"]
        if value := variables.get(name):
            return value
        if kind == ":-":
            return rest
        raise KeyError(rest)

    variable = re.compile(r"\$\{(?P<name>[A-Z0-9_]+)(?P<kind>:-|:\?)(?P<rest>[^}]*)\}")

    def filled(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: filled(inner) for key, inner in part.items()}
        if isinstance(part, list):
            return [filled(inner) for inner in part]
        return variable.sub(fill, part) if isinstance(part, str) else part

    loaded: dict[str, Any] = filled(yaml.safe_load(compose_text()))
    return loaded
