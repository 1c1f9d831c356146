"""TCP ports of 127.0.0.1: which are free and who holds one; no server is started here."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from common.embedded.cannot_start import CannotStart, telling_why

# Below Linux's range for outgoing connections, so that none of them takes the port before its server does.
_LOWEST, _HIGHEST = 20_000, 32_000
_LISTENING = "0A"
_given: set[int] = set()


def free_port() -> int:
    """A TCP port nobody listens on, never the same twice in one process. Raises OSError when none is found."""
    for _ in range(200):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if port not in _given and not busy(port):
            _given.add(port)
            return port
    raise OSError("no free port found between 20000 and 32000")


def busy(port: int) -> bool:
    """Whether a server could not listen on 127.0.0.1:`port` now. Raises PermissionError for a privileged port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise
        except OSError:
            return True
    return False


def who_holds(port: int) -> str | None:
    """`process 123 uvicorn` for the listener on `port`; None when nobody listens or we may not look (best effort)."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*") if inodes else ():
        if not inodes.isdisjoint(_open_files(process)):
            return f"process {process.name} {_name_of(process)}"
    return None


def in_use(port: int) -> str:
    """The sentence `port 8001 is in use (process 123 uvicorn)`, shorter when the holder is unknown."""
    holder = who_holds(port)
    return f"port {port} is in use" + (f" ({holder})" if holder else "")


def refuse_if_busy(port: int, *, name: str) -> None:
    """Raise CannotStart with the holder's name when server `name` could not listen on `port`."""
    with telling_why(Path(f"port {port}")):
        if busy(port):
            raise CannotStart(f"{name}: {in_use(port)}")


def _listening_inodes(port: int) -> Iterator[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _open_files(process: Path) -> list[str]:
    found = []
    with suppress(OSError):  # the process ended meanwhile, or is another user's
        for name in os.listdir(process / "fd"):
            found.append(os.readlink(process / "fd" / name))
    return found


def _name_of(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "(ended)"
