"""What a killed PostgreSQL leaves behind (processes, postmaster.pid) and its removal; a live server is never touched."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from common.embedded.cannot_start import CannotStart


def end_orphans(data: Path) -> None:
    """End the backends of a killed server: those in a long query have not noticed. Does not wait for them."""
    # A killed server always leaves its file; without it the processes may be those of a server starting right now.
    if not (data / "postmaster.pid").exists() or _server_of(data):
        return
    for orphan in _processes_in(data):
        with suppress(ProcessLookupError):
            os.kill(orphan, signal.SIGQUIT)


def forget_stale_pid(data: Path) -> None:
    """Remove the postmaster.pid of a killed server. Raises CannotStart when a live server uses `data`."""
    server = _server_of(data)
    if server:
        raise CannotStart(f"a PostgreSQL server (process {server}) already uses {data}: stop it first")
    # PostgreSQL would take any process of ours that has the dead one's number by now for a live server.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _server_of(data: Path) -> int | None:
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        return pid if _is_server_of(pid, data) else None
    return None


def _is_server_of(pid: int, data: Path) -> bool:
    # The command line, since its working directory may not be readable for us (root without ptrace in a container).
    with suppress(OSError):
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return arguments[0].endswith(b"postgres") and os.fsencode(data) in arguments
    return False


def _processes_in(data: Path) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "comm").read_text() == "postgres\n" and (process / "cwd").readlink() == data:
                yield int(process.name)
