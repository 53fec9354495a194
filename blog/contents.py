"""The table of contents of a text: its headings, in two levels."""

from dataclasses import dataclass, field

from blog import rendering
from blog.rendering import Heading

# A shorter text is read at a glance.
_FROM_HEADINGS = 3


@dataclass(frozen=True)
class Section:
    """A heading, and those of the next level below it."""

    heading: Heading
    below: list[Heading] = field(default_factory=list)


def of_text(html: str) -> list[Section]:
    """Return the sections of our own sanitised `html`; none for a text that needs no table."""
    headings = rendering.headings(html)
    if len(headings) < _FROM_HEADINGS:
        return []
    sections: list[Section] = []
    for heading in headings:
        # A lower heading that nothing stands above is a section of its own.
        if heading.level == 2 or not sections:
            sections.append(Section(heading))
        else:
            sections[-1].below.append(heading)
    return sections
