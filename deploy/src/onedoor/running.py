"""What was started from a home, written down for the other commands: addresses, and how it ended."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from onedoor.home import Home
from onedoor.refusals import CannotDo, NeverStarted


@dataclass
class Running:
    """One start of the platform. `database` has `{role}` and `{service}` in it; `nats` is the operator's address.

    `owners` are the services' databases by the name of the service, as their owners.
    """

    services: dict[str, str]
    database: str
    nats: str
    ended: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Home) -> Running:
        """What was started last. Raises NeverStarted."""
        try:
            return cls(**json.loads(_file(home).read_text()))
        except FileNotFoundError:
            raise NeverStarted(f"nothing was ever started from {home.root}: run onedoor up") from None

    def keep(self, home: Home) -> None:
        home.write(_file(home), asdict(self))

    def owner(self, service: str) -> str:
        """The address of a service's database as its owner, who sees every row of it."""
        if service not in self.owners:
            raise CannotDo("what runs here was started by an earlier release: run onedoor down, then onedoor up")
        return self.owners[service]


def without_secrets(address: str) -> str:
    """An address as it may be shown: no user, no password, no path."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", "", ""))


def _file(home: Home) -> Path:
    return home.root / "running.json"
