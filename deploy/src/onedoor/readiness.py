"""Asking each part of a platform whether it is ready, and why not. Asks only; waiting and starting live elsewhere."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from onedoor.running import Running, without_secrets

_SECONDS = 3


@dataclass(frozen=True)
class Part:
    """How one part is. `detail` says why it is not ready."""

    name: str
    url: str
    ready: bool
    detail: str = ""


def parts(running: Running) -> list[Part]:
    """Every part of what was started: the two servers, then the services in their order."""
    return [
        part("postgres", running.database, database_answers(running.owner(next(iter(running.services))))),
        part("nats", running.nats, broker_greets(running.nats)),
        *(part(name, url, service(url)) for name, url in running.services.items()),
    ]


def part(name: str, url: str, detail: str) -> Part:
    """A part that is ready where there is nothing to say against it."""
    return Part(name, without_secrets(url), not detail, detail)


def service(url: str) -> str:
    """What a service says is missing; nothing when it is ready."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        body = json.loads(answer.read())
    except ConnectionRefusedError:
        return "does not answer"
    except (OSError, http.client.HTTPException, ValueError) as fault:
        return f"does not answer as it should ({type(fault).__name__})"
    finally:
        connection.close()
    return "" if answer.status == 200 else _missing(body)


def database_answers(address: str) -> str:
    """Why a database's address is no use; nothing when it lets us in."""
    try:
        with psycopg.connect(address, connect_timeout=_SECONDS):
            return ""
    except psycopg.OperationalError as fault:
        return (str(fault).strip().splitlines() or ["does not answer"])[0]


def broker_greets(url: str) -> str:
    """Why the broker's address is no use; nothing when a NATS server greets there."""
    where = urlsplit(url)
    try:
        with socket.create_connection((where.hostname or "", where.port or 4222), timeout=_SECONDS) as connection:
            return "" if connection.recv(4096).startswith(b"INFO ") else "something else than NATS answers"
    except OSError as fault:
        return f"does not answer ({fault.strerror or type(fault).__name__})"


def _missing(body: dict[str, object]) -> str:
    found = body.get("parts")
    missing = [part for part in found if not part["ready"]] if isinstance(found, list) else []
    return "; ".join(f"{part['name']}: {part['detail'] or 'not yet'}" for part in missing) or "not ready"
