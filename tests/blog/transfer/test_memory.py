"""The memory that an import needs does not grow with the file."""

import gc
import tracemalloc
from pathlib import Path

import pytest

from blog.transfer import addressing, formats, importing, package
from blog.transfer.move import Move, Options
from blog.transfer.notebook import Notebook
from blog.transfer.reading import Reading
from blog.transfer.report import Report
from tests.load import old_blog

# Outside a transaction, which the database would end while the files are read.
pytestmark = pytest.mark.django_db(transaction=True)


def _peak(file: Path) -> int:
    """Return the bytes that reading the whole file twice needs at most, planning included."""
    with package.opened(file) as files, Notebook() as notebook:
        reader = formats.reader("wordpress", Reading(package=files, notebook=notebook))
        move = Move(
            reader=reader,
            package=files,
            notebook=notebook,
            options=Options(),
            report=Report(format="wordpress"),
        )
        tracemalloc.start()
        for item in reader.survey():
            importing.look_at(move, item)
        count = addressing.plan(move)
        seen = 0
        for _ in reader.posts():
            seen += 1
            # Parsed pages are cycles: when they go is Python's business, not the file's.
            if seen % 10 == 0:
                gc.collect()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert seen == count > 0
    return peak


def test_ten_times_the_posts_need_the_same_memory(tmp_path: Path) -> None:
    small, large = tmp_path / "small.xml", tmp_path / "large.xml"
    # Both are longer than what is read at once.
    old_blog.write(small, posts=15, kilobytes=20)
    old_blog.write(large, posts=150, kilobytes=20)
    _peak(small)  # what is loaded once is no business of the file

    assert _peak(large) < _peak(small) * 1.3
