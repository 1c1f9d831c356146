"""What is to run and where: ports and addresses, read from the environment once. Nothing is started here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from common.embedded import CannotStart, Postgres, busy, who_holds
from common.embedded.service_keys import ServiceKeys
from common.runtime.keeping.tables_of_keys import KEEPER
from common.runtime.store.roles import ROLES, role_name

from onedoor.home import Home
from onedoor.packages import KEYS_OF_PEOPLE, PACKAGES, name_of

COUNCILS = Path(__file__).parents[2] / "councils.yaml"
# Their ports, counted from the base like those of the services (1 to 5). The provider runs only if somebody starts it.
_POSTGRES, _NATS, _PROVIDER = 11, 12, 13


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One platform. `database` (an administrator's address with `{service}`) and `nats` are None where ours are started."""

    home: Home
    base: int
    packages: tuple[str, ...] = PACKAGES
    database: str | None = None
    nats: str | None = None

    @classmethod
    def from_environment(cls, packages: tuple[str, ...] = PACKAGES) -> Plan:
        """Raises CannotStart where a variable cannot be used."""
        told = os.environ
        return cls(
            home=Home.from_environment(),
            base=_base(told.get("ONEDOOR_PORT_BASE") or "8000"),
            packages=packages,
            database=_database(told.get("ONEDOOR_DATABASE_URL")),
            nats=_nats(told.get("ONEDOOR_NATS_URL")),
        )

    @property
    def postgres_port(self) -> int:
        return self.base + _POSTGRES

    @property
    def nats_port(self) -> int:
        return self.base + _NATS

    @property
    def provider_port(self) -> int:
        """Where the demo's sign-in provider listens, once somebody starts it."""
        return self.base + _PROVIDER

    def port(self, package: str) -> int:
        """Where a service listens."""
        return self.base + 1 + PACKAGES.index(package)

    @property
    def urls(self) -> Mapping[str, str]:
        """The services' addresses by name."""
        return {name_of(package): f"http://127.0.0.1:{self.port(package)}" for package in self.packages}

    @property
    def administrator(self) -> str:
        """The address, with `{service}`, that may make databases and roles. Ours is known once PostgreSQL was started."""
        if self.database is not None:
            return self.database
        return Postgres(self.home.root, port=self.postgres_port).url().rpartition("/")[0] + "/{service}"

    @property
    def server(self) -> str:
        """The administrator's address of the database that every cluster has, from which to make others."""
        return urlunsplit(urlsplit(self.administrator)._replace(path="/postgres"))

    @property
    def roles(self) -> str:
        """The services' own address of their databases, with `{service}` and `{role}`; the passwords are in a file."""
        passwords = quote(str(self.home.passwords("")))
        return self._address("{service}_{role}", f"passfile={passwords}/{{service}}")

    def owner(self, package: str) -> str:
        """The address of a service's database (or of its keys) as its owner, for migrations and for operators."""
        user = role_name(package, "owner")
        return self._address(f"{user}:{self.passwords(package)['owner']}").replace("{service}", package)

    def passwords(self, package: str) -> Mapping[str, str]:
        """The password of each of a service's roles in PostgreSQL, or of those of the database of its keys."""
        return {role: self.home.secret(_password_of(package, role)) for role in ("owner", *_roles(package))}

    @property
    def public_keys(self) -> Path:
        """The services' public keys."""
        return ServiceKeys(self.home.root).public

    def key_file(self, name: str) -> Path:
        """The secrets with which a service seals."""
        return ServiceKeys(self.home.root).file(name)

    def make_secrets(self) -> None:
        """Make the passwords that are missing, before several processes could, and the files that services read theirs from."""
        self.home.make()
        databases = (*self.packages, KEYS_OF_PEOPLE)
        of_roles = [_password_of(each, role) for each in databases for role in ("owner", *_roles(each))]
        self.home.make_secrets(["nats operator", *(f"nats {name}" for name in self.urls), *of_roles])
        for each in databases:
            known = self.passwords(each)
            lines = [f"*:*:*:{role_name(each, role)}:{known[role]}\n" for role in _roles(each)]
            self.home.write_text(self.home.passwords(each), "".join(lines))
        for name in self.urls:
            ServiceKeys(self.home.root).ensure(name)

    def _address(self, user: str, more: str = "") -> str:
        parts = urlsplit(self.administrator)
        host = parts.netloc.rpartition("@")[2]
        query = "&".join(part for part in (parts.query, more) if part)
        return urlunsplit(parts._replace(netloc=f"{user}@{host}", query=query))

    def broker(self, user: str) -> str:
        """The broker's address for a service or the operator."""
        if self.nats is not None:
            return self.nats
        return f"nats://{user}:{self.home.secret(f'nats {user}')}@127.0.0.1:{self.nats_port}"

    def refuse_busy_ports(self) -> None:
        """Raise CannotStart with the port, who needs it and who holds it."""
        for name, port in self._ports():
            if _busy(port):
                holder = f" ({found})" if (found := who_holds(port)) else ""
                raise CannotStart(
                    f"{name} needs port {port}, which is in use{holder}: free it, or set ONEDOOR_PORT_BASE"
                )

    def _ports(self) -> Iterator[tuple[str, int]]:
        for package in self.packages:
            yield name_of(package), self.port(package)
        if self.database is None:
            yield "postgres", self.postgres_port
        if self.nats is None:
            yield "nats", self.nats_port


def _roles(package: str) -> tuple[str, ...]:
    """The login roles of a service's database, or of that of its keys."""
    return (KEEPER,) if package == KEYS_OF_PEOPLE else ROLES


def _password_of(package: str, role: str) -> str:
    return f"postgres {role_name(package, role)}"


def _busy(port: int) -> bool:
    try:
        return busy(port)
    except PermissionError:
        raise CannotStart(f"port {port} is for root only: set ONEDOOR_PORT_BASE to 1024 or more") from None


def _base(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65_535 - _PROVIDER:
        raise CannotStart(f"ONEDOOR_PORT_BASE is {text!r}, which is not a number from 1 to {65_535 - _PROVIDER}")
    return int(text)


def _database(address: str | None) -> str | None:
    if not address:
        return None
    plain = address.replace("postgres://", "postgresql://", 1)
    parts = urlsplit(plain)
    if parts.scheme != "postgresql" or not parts.hostname or "{service}" not in parts.path:
        raise CannotStart("ONEDOOR_DATABASE_URL must look like postgresql://administrator:password@host/{service}")
    return plain


def _nats(address: str | None) -> str | None:
    if not address:
        return None
    if urlsplit(address).scheme not in {"nats", "tls"} or not urlsplit(address).hostname:
        raise CannotStart("ONEDOOR_NATS_URL must look like nats://user:password@host:4222")
    return address
