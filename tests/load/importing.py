"""What memory an import needs: the same for a file of 50 MB and for one of 500.

`./run bench import` writes WordPress exports of these sizes, looks through each as a trial in a
process of its own, and prints the peak of its memory. Of a trial everything is done and rolled
back, one post at a time, so that the database stays as it is. It fails when a larger file takes a
tenth more than the first.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from tests.load import old_blog

# Of a large WordPress export most is what readers wrote: of each post 5 kB of text, 500 of
# comments, which are read, counted and left behind.
_TEXT, _COMMENTS, _KILOBYTES = 5, 940, 500


def main() -> None:
    """Measure, print the figures last, and fail if they grow with the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.file:
        _import(wanted.file)
        return
    peaks = [_measure(size) for size in wanted.megabytes]
    for size, peak in zip(wanted.megabytes, peaks, strict=True):
        print(f"{size:>6} MB of WordPress: at most {peak:.0f} MB of memory")
    if max(peaks) > peaks[0] * 1.1:
        sys.exit("The memory grows with the file.")


def _measure(megabytes: int) -> float:
    """Return the peak of a process that imports so much, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"of-{megabytes}-mb.xml"
        posts = megabytes * 1000 // _KILOBYTES
        old_blog.write(file, posts=posts, kilobytes=_TEXT, comments=_COMMENTS)
        command = [sys.executable, "-m", "tests.load.importing", "--file", str(file)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="", flush=True)
    return float(done.stdout.split()[-2])


def _import(file: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    django.setup()
    # The models are there only now.
    from blog.transfer import importing
    from blog.transfer.move import Options
    from blog.transfer.reading import Choices

    options = Options(fetch_images=False)
    report = importing.run("wordpress", file, choices=Choices(), options=options)
    size = file.stat().st_size / 1e6
    posts = sum(dict(report.table())["post"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{size:.0f} MB, {posts:,} posts: at most {peak:.0f} MB")


if __name__ == "__main__":
    main()
