"""What a text lost on its way to Markdown, counted by name."""

from collections import Counter


class Losses(Counter[str]):
    """Counts of what could not be brought, such as "form" or "shortcode [poll]"."""

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each kind of loss, for the report."""
        return tuple(
            f"Not taken over: {name}{f' ({number} times)' if number > 1 else ''}."
            for name, number in self.items()
        )
