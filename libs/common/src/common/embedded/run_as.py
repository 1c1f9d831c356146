"""Which user a server runs as and where that user can keep files; no process is started here.

PostgreSQL refuses to run as root. Started by root it runs as user `onedoor` if the machine has one, else `nobody`, and that
user must be able to enter every directory above its files. Permissions of existing directories are never opened: when a
home (say under /root, 0700) cannot be entered, its data goes to /var/lib/onedoor/<hash>-<random> and `<home>/postgres` is
a link to it. The link is what is believed: a home that is wiped starts anew, and one that is moved keeps its data.
"""

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from common.embedded.cannot_start import CannotStart, telling_why

ELSEWHERE = Path("/var/lib/onedoor")
_CANDIDATES = ("onedoor", "nobody")


@dataclass(frozen=True)
class RunAs:
    """The user a child process becomes: its name in the password database and its numeric ids."""

    name: str
    uid: int
    gid: int


def server_user(area: Path) -> RunAs | None:
    """The user for a server that must not be root: None (stay who we are) for ordinary users, else the owner of `area`
    if it has one already, else `onedoor` or `nobody`. Raises CannotStart when the machine has none of them."""
    if os.geteuid() != 0:
        return None
    owner = area.stat().st_uid if area.exists() else 0
    wanted = [entry for entry in pwd.getpwall() if (entry.pw_uid == owner if owner else entry.pw_name in _CANDIDATES)]
    if not wanted:
        raise CannotStart(f"{area} needs a user other than root: create one named onedoor (useradd --system onedoor)")
    entry = max(wanted, key=lambda found: found.pw_name == _CANDIDATES[0])
    return RunAs(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def area_for(home: Path, name: str) -> tuple[Path, RunAs | None]:
    """The private directory (0700) `<home>/<name>` of a server, made when missing, and the user to run the server as.

    The path returned is real (no link). Raises CannotStart when it cannot be made or reached by that user.
    """
    area = home / name
    with telling_why(home):
        home.mkdir(parents=True, exist_ok=True)
        user = server_user(area)
        if area.is_symlink() and not area.exists():
            raise CannotStart(f"{area} points to {area.readlink()}, which is gone: bring it back or remove the link")
        if not area.exists():
            _make(area, user)
        if user and area.stat().st_uid == 0:
            os.chown(area, user.uid, user.gid)
    if user and not can_reach(area.resolve(), user):
        raise CannotStart(f"user {user.name} cannot enter {area.resolve()}: choose a home it can, such as /srv/onedoor")
    return area.resolve(), user


def can_reach(path: Path, user: RunAs) -> bool:
    """Whether `user` may enter the directory `path` (or execute the file) and every directory above it."""
    real = path.resolve()
    return all(_may_execute(place.stat(), user) for place in (real, *real.parents))


def make_elsewhere() -> Path:
    """`/var/lib/onedoor`, enterable but not listable by others. Raises CannotStart when it cannot be made."""
    with telling_why(ELSEWHERE):
        ELSEWHERE.mkdir(mode=0o711, parents=True, exist_ok=True)
    return ELSEWHERE


def _make(area: Path, user: RunAs | None) -> None:
    if user is None or can_reach(area.parent, user):
        area.mkdir(mode=0o700)
        return
    label = hashlib.sha256(os.fsencode(area.parent.resolve())).hexdigest()[:12]
    area.symlink_to(tempfile.mkdtemp(prefix=f"{label}-", dir=make_elsewhere()))


def _may_execute(status: os.stat_result, user: RunAs) -> bool:
    if status.st_uid == user.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
