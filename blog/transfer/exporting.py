"""Takes the blog out, in any of the formats that it can be brought in."""

from pathlib import Path

from blog.transfer import sink
from blog.transfer.ghost import writer as ghost
from blog.transfer.markdown import writer as markdown
from blog.transfer.outgoing import Outgoing
from blog.transfer.wordpress import writer as wordpress

_WRITERS = {"wordpress": wordpress.write, "ghost": ghost.write, "markdown": markdown.write}


def run(format_name: str, path: Path, outgoing: Outgoing) -> None:
    """Write the blog into a new folder, or an archive where the name ends in .zip.

    What was noticed stands in `outgoing` afterwards. Raises SinkRefused.
    """
    with sink.opened(path) as target:
        _WRITERS[format_name](outgoing, target)
