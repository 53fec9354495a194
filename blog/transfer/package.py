"""What is to be imported, as a folder: a file, a folder, or an archive unpacked within limits.

An archive is somebody else's word. Names that leave the folder, links, encrypted entries and bombs
are refused while it is unpacked, by what really comes out of it; what its headers claim is not
believed. Archives within it are left alone.
"""

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

MAX_ENTRIES = 200_000
MAX_BYTES = 4_000_000_000
# Text shrinks to a tenth; what grows a hundredfold was made to.
MAX_RATIO = 100
_FREE_BYTES = 20_000_000
_PIECE = 1 << 20
_IGNORED = {"__MACOSX", ".DS_Store", "Thumbs.db", ".git", "node_modules"}
_ARCHIVES = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar"}


class PackageRefused(Exception):
    """The file or archive is not read; the message says why and what to do."""


class Package:
    """The files to import, by their names within it."""

    def __init__(self, root: Path, *, only: str = "", name: str = "") -> None:
        self.root = root.resolve()
        self.name = name or root.name
        self._only = only

    def names(self, *endings: str) -> list[str]:
        """Return the names of the files with one of these endings (all without any), sorted."""
        if self._only:
            found = [self._only]
        else:
            found = [
                path.relative_to(self.root).as_posix()
                for path in self.root.rglob("*")
                if path.is_file() and not _IGNORED.intersection(path.relative_to(self.root).parts)
            ]
        wanted = [name for name in found if not endings or name.lower().endswith(endings)]
        return sorted(name for name in wanted if self.path(name) is not None)

    def path(self, name: str) -> Path | None:
        """Return where the file is; None for none, or for one outside the folder."""
        try:
            path = (self.root / name.lstrip("/")).resolve()
            is_inside = path.is_relative_to(self.root) and path.is_file()
        except (OSError, ValueError):
            return None
        return path if is_inside else None

    def find(self, address: str) -> Path | None:
        """Return the file that a web address ends with, as far as the package knows its folders."""
        parts = PurePosixPath(address).parts
        parts = tuple(part for part in parts if part not in ("/", "..", "."))
        for start in range(len(parts)):
            rest = parts[start:]
            # A bare name may mean any file; it counts only right below the folder it was in.
            if len(rest) == 1 and start and parts[start - 1] != self.root.name:
                return None
            if path := self.path("/".join(rest)):
                return path
        return None


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a folder, a file or a .zip as a package; what was unpacked is gone afterwards.

    Raises PackageRefused.
    """
    if path.is_dir():
        yield Package(path)
    elif not path.is_file():
        raise PackageRefused(f"There is no file or folder {path}.")
    elif zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            unpack(path, Path(folder))
            yield Package(_only_folder(Path(folder)), name=path.stem)
    else:
        yield Package(path.parent, only=path.name, name=path.stem)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip archive into an empty folder. Raises PackageRefused."""
    budget = min(MAX_BYTES, shutil.disk_usage(folder).free // 2)
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = packed.infolist()
            if len(entries) > MAX_ENTRIES:
                raise PackageRefused(
                    f"The archive has {len(entries):,} entries; {MAX_ENTRIES:,} are read at most."
                )
            total = 0
            for entry in entries:
                if target := _target(entry, folder):
                    left = min(budget - total, _allowed(archive.stat().st_size) - total)
                    total += _extract(packed, entry, target, left=left)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as damaged:
        raise PackageRefused(
            "The archive is damaged, encrypted, or packed in a way that is not read. Pack it anew"
            " as a plain .zip file, or give the folder itself."
        ) from damaged


def _target(entry: zipfile.ZipInfo, folder: Path) -> Path | None:
    """Return where the entry belongs; None for what is not taken. Raises PackageRefused."""
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if not path.parts:
        return None
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in name:
        raise PackageRefused(
            f"The archive has an entry that leads out of it ({name[:80]!r}). It was not unpacked."
        )
    mode = entry.external_attr >> 16
    is_link = stat.S_ISLNK(mode) or (
        mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)
    )
    is_noise = _IGNORED.intersection(path.parts) or path.suffix.lower() in _ARCHIVES
    return None if entry.is_dir() or is_link or is_noise else folder / path


def _extract(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, *, left: int) -> int:
    """Write one entry and return its size in bytes, counted as it comes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    limit = min(left, _allowed(entry.compress_size))
    size = 0
    with packed.open(entry) as source, target.open("xb") as copy:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > limit:
                raise PackageRefused(
                    "The archive unpacks to far more than a blog has, as if made to fill the disk."
                    " It was not read. If it is genuine, unpack it yourself and give the folder."
                )
            copy.write(piece)
    return size


def _allowed(packed_bytes: int) -> int:
    return max(_FREE_BYTES, packed_bytes * MAX_RATIO)


def _only_folder(folder: Path) -> Path:
    """Most archives hold one folder with everything in it."""
    inside = [path for path in folder.iterdir() if path.name not in _IGNORED]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder
