"""Prompts are Markdown files that say which variables they need and refuse to render without one.

A file has a front matter (`variables: [a, b]`, and `untrusted: [b]` for those that hold text from
outside), a part `# System` and a part `# User`, and placeholders such as `{{ a }}`. Untrusted text
arrives inside `<untrusted name="b">` and can't get out of it.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Self, TypedDict

_FILE = re.compile(
    r"\A---\n(?P<front>.*?)\n---\n\s*# System\n(?P<system>.*?)\n# User\n(?P<user>.*)\Z", re.DOTALL
)
_FRONT_LINE = re.compile(r"(?P<key>variables|untrusted): *\[(?P<names>[a-z0-9_, ]*)\]")
_PLACEHOLDER = re.compile(r"\{\{ *([a-z0-9_]+) *\}\}")
# Unicode's tag characters: invisible to people, readable to models.
_INVISIBLE = re.compile("[\U000e0000-\U000e007f]")
# What may stand between two characters, and the reader sees none of it. Possessive: text of
# nothing else is looked at once.
_GAP = "[\\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*+"
_FENCE = re.compile(
    f"[<\uff1c\ufe64](?={_GAP}[/\uff0f]?+{_GAP}{_GAP.join('untrusted')})", re.IGNORECASE
)


class PromptError(Exception):
    """A prompt file, or the variables given to it, are not as declared; says what is wrong."""


class Message(TypedDict):
    """One message of a chat, in the provider's words."""

    role: str
    content: str


@dataclass(frozen=True)
class Prompt:
    """One prompt file."""

    name: str
    system: str
    user: str
    variables: frozenset[str]
    untrusted: frozenset[str]

    @classmethod
    def parse(cls, name: str, text: str) -> Self:
        """Read the text of a prompt file. Raises PromptError when it contradicts itself."""
        found = _FILE.match(text.replace("\r\n", "\n"))
        if not found:
            raise PromptError(
                f"The prompt “{name}” needs a front matter between two lines of ---,"
                " then a part “# System” and a part “# User”."
            )
        lists = _front_matter(name, found["front"])
        prompt = cls(
            name,
            found["system"].strip(),
            found["user"].strip(),
            lists["variables"],
            lists["untrusted"],
        )
        prompt._check()
        return prompt

    def reworded(self, system: str, user: str) -> Self:
        """Return the same prompt in other words, with the same variables and fences.

        Raises PromptError where the words leave one out, or know one that there is not.
        """
        prompt = replace(self, system=_unix(system), user=_unix(user))
        prompt._check()
        return prompt

    def render(self, variables: dict[str, str]) -> list[Message]:
        """Return the messages to send. Raises PromptError for a missing or unknown variable."""
        if missing := self.variables - variables.keys():
            raise PromptError(f"The prompt “{self.name}” needs {_listed(missing)}.")
        if unknown := variables.keys() - self.variables:
            raise PromptError(f"The prompt “{self.name}” does not know {_listed(unknown)}.")
        values = {
            name: _fenced(name, value) if name in self.untrusted else value
            for name, value in variables.items()
        }

        def fill(part: str) -> str:
            return _PLACEHOLDER.sub(lambda place: values[place[1]], part)

        return [
            {"role": "system", "content": fill(self.system)},
            {"role": "user", "content": fill(self.user)},
        ]

    def _check(self) -> None:
        used = set(_PLACEHOLDER.findall(self.system + self.user))
        if used != self.variables:
            raise PromptError(
                f"The prompt “{self.name}” declares and uses different variables:"
                f" {_listed(used ^ self.variables)}."
            )
        if strangers := self.untrusted - self.variables:
            raise PromptError(
                f"The prompt “{self.name}” does not know {_listed(strangers)}, named as untrusted."
            )
        if intruders := self.untrusted & set(_PLACEHOLDER.findall(self.system)):
            raise PromptError(
                f"The prompt “{self.name}” puts {_listed(intruders)} into the system part;"
                " text from outside belongs into the user part."
            )


def names() -> list[str]:
    """Return the names of all shipped prompts."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.md"))


@cache
def load(name: str) -> Prompt:
    """Return the shipped prompt `name`. Raises PromptError when there is no such file."""
    if name not in names():
        raise PromptError(f"There is no prompt called “{name}”.")
    return Prompt.parse(name, Path(__file__).with_name(f"{name}.md").read_text(encoding="utf-8"))


def _front_matter(name: str, text: str) -> dict[str, frozenset[str]]:
    lists: dict[str, frozenset[str]] = {"variables": frozenset(), "untrusted": frozenset()}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _FRONT_LINE.fullmatch(line)
        if not found:
            raise PromptError(f"The prompt “{name}” has a front matter line unknown here: {line}")
        names = (word.strip() for word in found["names"].split(","))
        lists[found["key"]] = frozenset(filter(None, names))
    return lists


def _unix(text: str) -> str:
    """With the line ends of a file, whatever a browser made of them."""
    return text.replace("\r\n", "\n").strip()


def _fenced(name: str, text: str) -> str:
    """Text from outside, unable to close its fence or to open one."""
    harmless = _FENCE.sub("‹", _INVISIBLE.sub("", text))
    return f'<untrusted name="{name}">\n{harmless}\n</untrusted>'


def _listed(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))
