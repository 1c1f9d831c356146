"""The embedded NATS server with JetStream on disk: configuration, start, stop; streams and consumers live elsewhere."""

import json
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from common.embedded.binaries import nats_server
from common.embedded.cannot_start import CannotStart, telling_why
from common.embedded.children import Child
from common.embedded.ports import refuse_if_busy
from common.embedded.private_files import write_private
from common.embedded.waiting import until_ready

_MAX_PAYLOAD = 1024 * 1024


@dataclass(frozen=True)
class NatsUser:
    """A user of the broker and the subjects it may use (wildcards allowed). None: all subjects; (): none.

    Requests and JetStream need their subjects too: `_INBOX.>` to subscribe, `$JS.API.>` and `$JS.ACK.>` to publish.
    Raises ValueError for a password that a URL cannot carry as it is.
    """

    password: str
    publish: tuple[str, ...] | None = None
    subscribe: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        # nats-py does not decode percent-escapes, and the server takes a leading $2a$ for a hash.
        if not re.fullmatch(r"[A-Za-z0-9._~-]+", self.password):
            raise ValueError("a NATS password may have letters, digits and . _ ~ - only (it goes into a URL)")


class Nats:
    """nats-server on 127.0.0.1:`port`, everything under `home`. Acknowledged messages are on disk (fsync).

    `users` by name; without users anyone on this machine may connect. `monitor_port` serves its HTTP monitoring.
    `max_store_bytes` bounds JetStream's disk use.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int,
        monitor_port: int | None = None,
        users: Mapping[str, NatsUser] | None = None,
        max_store_bytes: int = 8 * 1024**3,
    ) -> None:
        self.home = home.absolute()
        self.port = port
        self.monitor_port = monitor_port
        self.users = dict(users or {})
        self.max_store_bytes = max_store_bytes
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id; None before the first start."""
        return self._child.pid if self._child else None

    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._child is not None and self._child.alive()

    def url(self, user: str | None = None) -> str:
        """`nats://user:password@127.0.0.1:port`, or without a user. Raises KeyError for an unknown user."""
        if user is None:
            return f"nats://127.0.0.1:{self.port}"
        return f"nats://{user}:{self.users[user].password}@127.0.0.1:{self.port}"

    def start(self, *, seconds: float = 30.0) -> None:
        """Start and wait until it greets, at most `seconds`. Raises CannotStart (port in use, full disk, running)."""
        if self.alive():
            raise CannotStart(f"nats is already running (process {self.pid})")
        argv = [str(nats_server()), "--config", str(self._config_file)]
        self._child = Child(name="nats", argv=argv, home=self.home)
        self._child.start(prepare=self._prepare)
        until_ready(self._child, self._greets, port=self.port, seconds=seconds)

    def stop(self, *, grace: float = 10.0) -> None:
        """Stop gracefully, by force after `grace` seconds; nothing to do when it is not running."""
        if self._child:
            self._child.stop(grace=grace)

    def config(self) -> str:
        """The text of the server's configuration file, passwords included."""
        lines = [
            "server_name: onedoor",
            f"listen: 127.0.0.1:{self.port}",
            f"max_payload: {_MAX_PAYLOAD}",
            "jetstream {",  # one option per line: nats-server misreads several on one line
            f"  store_dir: {json.dumps(str(self.home / 'nats'))}",
            "  sync_interval: always",
            f"  max_file_store: {self.max_store_bytes}",
            "}",
        ]
        if self.monitor_port:
            lines.append(f"http: 127.0.0.1:{self.monitor_port}")
        if self.users:
            lines += ["authorization {", f"  users: {json.dumps([_entry(*pair) for pair in self.users.items()])}", "}"]
        return "\n".join(lines) + "\n"

    @property
    def _config_file(self) -> Path:
        return self.home / "nats.conf"

    def _prepare(self) -> None:
        for port in filter(None, (self.port, self.monitor_port)):
            refuse_if_busy(port, name="nats")
        with telling_why(self.home):
            (self.home / "nats").mkdir(mode=0o700, exist_ok=True)
            write_private(self._config_file, self.config())

    def _greets(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            return connection.recv(4096).startswith(b"INFO ")
        return False


def _entry(name: str, user: NatsUser) -> dict[str, object]:
    rules = {"publish": user.publish, "subscribe": user.subscribe}
    permissions = {action: _rule(subjects) for action, subjects in rules.items() if subjects is not None}
    return {"user": name, "password": user.password, "permissions": permissions}


def _rule(subjects: tuple[str, ...]) -> dict[str, list[str]]:
    # An empty allow list would mean "everything" to the server.
    return {"allow": list(subjects)} if subjects else {"deny": [">"]}
