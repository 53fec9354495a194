"""Imports a file as a trial and prints the peak of the memory that it took.

`./run manage shell -c "from tests.load import measure_import; measure_import.main('big.xml')"`
"""

import resource
from pathlib import Path

from blog.transfer import importing
from blog.transfer.move import Options
from blog.transfer.reading import Choices


def main(path: str, format_name: str = "wordpress") -> None:
    """Import and tell."""
    before = _megabytes()
    report = importing.run(format_name, Path(path), choices=Choices(), options=Options())
    size = Path(path).stat().st_size / 1e6
    totals = {kind: sum(numbers) for kind, numbers in report.table()}
    print(f"{size:.0f} MB, {totals}: from {before:.0f} to at most {_megabytes():.0f} MB")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
