"""Which account PostgreSQL runs as: it refuses root, and initdb needs a name for its user id."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.embedded.refusal import ServiceRefused


class NoAccount(ServiceRefused):
    """PostgreSQL has no account here under which it would agree to run."""


@dataclass(frozen=True)
class Account:
    """The words put before a command, and the owner its files must have."""

    prefix: tuple[str, ...]
    uid: int
    gid: int
    is_other: bool = False
    """A truly different user, who cannot follow us into our private folders."""

    def give(self, path: Path) -> None:
        """Make the account the owner of `path` and of all that is in it (root only)."""
        if os.getuid() != 0 or path.stat().st_uid == self.uid:
            return
        for folder, _, files in os.walk(path):
            for name in ("", *files):
                os.chown(Path(folder) / name, self.uid, self.gid, follow_symlinks=False)

    def reaches(self, path: Path) -> bool:
        """Whether the account may walk to `path` and read what is there."""
        if not self.is_other:
            return True
        resolved = path.resolve()
        return all(folder.stat().st_mode & 0o001 for folder in (*resolved.parents, resolved))


def choose() -> Account:
    """The account for PostgreSQL, the least intrusive one that works. Raises NoAccount."""
    uid = os.getuid()
    if uid != 0 and _has_name(uid):
        return Account((), uid, os.getgid())
    nobody = pwd.getpwnam("nobody")
    # A user namespace shows PostgreSQL another user id, and changes nothing on the machine.
    mapping = (
        "unshare",
        "--user",
        f"--map-user={nobody.pw_uid}",
        f"--map-group={nobody.pw_gid}",
    )
    if _works(mapping):
        return Account(mapping, uid, os.getgid())
    # A plain change of user would clear the death signal: setpriv sets it again afterwards.
    switch = (
        "setpriv",
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        "--pdeathsig=INT",
    )
    if uid == 0 and _works(switch):
        return Account(switch, nobody.pw_uid, nobody.pw_gid, is_other=True)
    reason = "as root" if uid == 0 else f"as user id {uid}, which has no name on this machine"
    raise NoAccount(
        f"PostgreSQL cannot run {reason}, and neither `unshare` nor `setpriv` (package util-linux)"
        " could change that here. Start AutoBlog as an ordinary user, or set DATABASE_URL to a"
        " server that already runs."
    )


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _works(prefix: tuple[str, ...]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True).returncode == 0
