"""Pools of one service, one per login role, and the setting that says on whose behalf a transaction runs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from common.runtime.settings import CannotServe, Settings
from common.runtime.store.roles import ROLES as ROLES

_SLUG = re.compile(r"^[a-z0-9-]{0,64}$")
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._@:-]{0,127}$")

# What a driver raises when the server is away, going away or not yet back: the work is tried again, never blamed.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver's word for a connection that broke just before it was used
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,  # too many connections, no memory, no room on its disk
    asyncpg.PostgresSystemError,  # its disk does not answer
    OSError,
    asyncio.TimeoutError,
)

SILENCE = 5.0  # seconds after which a server that does not answer what is quickly answered is away

# Somebody else holds what we need at this moment: tried again too.
HELD = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Database:
    """A service's pools by role (see ROLES)."""

    def __init__(self, settings: Settings, *, service: str) -> None:
        self.settings = settings
        self.service = service
        self.pools: dict[str, asyncpg.Pool[Any]] = {}

    async def open(self) -> None:
        """Connect every role. Raises CannotServe where a role could see around row-level security."""
        for role in ROLES:
            self.pools[role] = await asyncpg.create_pool(
                self.settings.database(service=self.service, role=role),
                min_size=1,
                max_size=getattr(self.settings, f"pool_{role}"),
                init=_speak_json,
                reset=_no_reset,
                timeout=SILENCE,
                command_timeout=30,
                server_settings={"application_name": f"{self.service} {role}", **SESSION},
            )
        for role, pool in self.pools.items():
            await _refuse_powers(pool, role)

    async def close(self) -> None:
        for pool in self.pools.values():
            pool.terminate()

    @asynccontextmanager
    async def _connection(self, role: str) -> AsyncIterator[Any]:
        """One of the role's connections. Where none is free it is waited for, not for ever."""
        pool = self.pools[role]
        async with asyncio.timeout(10):  # the pool's own limit makes a task of every wait
            connection = await pool.acquire()
        try:
            yield connection
        except (TimeoutError, asyncio.CancelledError):
            connection.terminate()  # it may never answer: what was begun on it ends with it
            raise
        finally:
            await pool.release(connection)

    @asynccontextmanager
    async def begin(
        self, role: str, behalf: Behalf, *, reading: bool = False, then: str = ""
    ) -> AsyncIterator[asyncpg.Connection[Any]]:
        """A transaction as `role` on somebody's behalf; rolled back unless it ends well. `then` is sent with its beginning.

        `reading` is one snapshot that can change nothing.
        """
        async with self._connection(role) as connection:
            kind = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if reading else ""
            try:
                await connection.execute(f"BEGIN{kind}{behalf.local()}{then}", timeout=SILENCE)
                yield connection
                await connection.execute("COMMIT")
            except (TimeoutError, asyncio.CancelledError):
                raise
            except BaseException:
                await _roll_back(connection)
                raise

    async def read(self, role: str, behalf: Behalf, sql: str, arguments: Sequence[Any]) -> list[Any]:
        """The rows of one statement that is a transaction by itself: one round trip, where `begin` takes three."""
        async with self._connection(role) as connection:
            whole = alone(sql, len(arguments))
            rows: list[Any] = await connection.fetch(whole, *arguments, *behalf.values(), timeout=SILENCE)
        return rows


@dataclass(frozen=True, slots=True)
class Behalf:
    """For whom something is read or written: what row-level security asks for."""

    council: str = ""
    persons: str = "{}"
    callers: str = "{}"
    partner: str = ""
    officers: str = "{}"

    def values(self) -> list[str]:
        """In the order of NOBODY."""
        return [self.council, self.persons, self.callers, self.partner, self.officers]

    def local(self) -> str:
        """The settings as statements, local to the transaction. What is not said stays as it is for NOBODY."""
        told = zip(NOBODY, self.values(), strict=True)
        return "".join(f"; SET LOCAL {name} = '{value}'" for name, value in told if value != NOBODY[name])


# The settings of a connection that nobody uses: row-level security then shows nothing that is somebody's.
NOBODY = dict(
    zip(
        ("onedoor.council", "onedoor.persons", "onedoor.callers", "onedoor.partner", "onedoor.officers"),
        Behalf().values(),
        strict=True,
    )
)


# Every statement has an index by which it finds each of its rows. A connection keeps its plans, and one that was made while
# a table was small, to read all of it, would be kept while it grows.
BY_INDEX = {"enable_seqscan": "off", "enable_mergejoin": "off", "enable_hashjoin": "off"}
SESSION = {"lock_timeout": "2000", **BY_INDEX, **NOBODY}


def on_behalf_of(
    *,
    council: str | None,
    persons: Iterable[UUID] = (),
    callers: Iterable[str] = (),
    partner: str | None = None,
    officers: Iterable[str] = (),
) -> Behalf:
    """Takes ids and slugs only. `officers` are ids of officers, and the permission by which they see what others do not."""
    everyone = ",".join(str(UUID(str(person))) for person in persons)
    asking = ",".join(caller for caller in callers if _SLUG.match(caller))
    named = ",".join(f'"{officer}"' for officer in sorted(officers) if _NAME.match(officer))
    for slug in (council, partner):
        if not _SLUG.match(slug or ""):
            raise ValueError("a council's or partner's id is a slug")
    return Behalf(council or "", f"{{{everyone}}}", f"{{{asking}}}", partner or "", f"{{{named}}}")


@lru_cache(maxsize=1000)
def alone(sql: str, parameters: int) -> str:
    """A read that says itself on whose behalf it is made, in further parameters: NOBODY's names tell their order.

    The offset (always nothing) makes the read wait for the settings, and in whatever order it were done, rows of
    somebody would be missing, never too many.
    """
    settings = " || ".join(f"set_config('{name}', ${parameters + n}, true)" for n, name in enumerate(NOBODY, 1))
    return (
        f"WITH behalf AS MATERIALIZED (SELECT 0 * length({settings}) AS nothing) SELECT found.* FROM behalf "  # noqa: S608 - our names
        f"CROSS JOIN LATERAL (SELECT * FROM ({sql}) AS read OFFSET behalf.nothing) AS found"
    )


async def _speak_json(connection: asyncpg.Connection[Any]) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
    )


async def _no_reset(connection: asyncpg.Connection[Any]) -> None:
    """Every setting we make is local to its transaction, so there is nothing to reset (the reset query costs a fifth)."""


async def _roll_back(connection: asyncpg.Connection[Any]) -> None:
    try:
        await connection.execute("ROLLBACK", timeout=SILENCE)
    except AWAY:
        connection.terminate()


async def _refuse_powers(pool: asyncpg.Pool[Any], role: str) -> None:
    powers = await pool.fetchrow(
        "SELECT rolsuper OR rolbypassrls AS bypasses, EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = "
        "c.relnamespace WHERE c.relowner = r.oid AND n.nspname IN ('public', 'onedoor', 'shadow')) AS owns "
        "FROM pg_roles r WHERE rolname = current_user"
    )
    if powers["bypasses"] or powers["owns"]:
        raise CannotServe(f"the {role} role owns tables or bypasses row-level security; it must do neither")
