"""Everybody's keys: made when first needed, kept apart and wrapped, destroyed for good, on real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
from common.contracts.keys import KeyClass
from common.runtime.ids import new_id
from common.runtime.keeping import sealing
from common.runtime.keeping.erasures import Erasures
from common.runtime.keeping.key_database import KeyDatabase
from common.runtime.keeping.keyring import MOST_HELD, Keyring, Keys
from common.runtime.keeping.secrets import NotOurs, Secrets
from common.runtime.store.work import Work
from common.testing.platform import Platform


def work() -> Work:
    return Work(council=None, person=None, caller=None)


SPECIAL, ADDRESS = KeyClass.SPECIAL, KeyClass.ADDRESS


@pytest.fixture
async def keys(town: Platform) -> AsyncIterator[KeyDatabase]:
    running = town["customer-account"].inner.keeping.keys
    assert isinstance(running, KeyDatabase)
    own = KeyDatabase(running.address, running.secrets)
    await own.open()
    yield own
    await own.close()


async def test_a_key_is_made_once_however_many_need_it_first(keys: KeyDatabase) -> None:
    person = new_id()
    await asyncio.gather(*(Keyring(keys).need([(person, SPECIAL)], work()) for _ in range(8)))
    [key] = (await keys.fetch([person]))[person].by_name.values()
    assert key.name == (SPECIAL, 1)


async def test_a_person_has_another_key_for_each_class_and_nobody_has_anothers(keys: KeyDatabase) -> None:
    one, other = new_id(), new_id()
    found = await Keyring(keys).need([(one, SPECIAL), (one, ADDRESS), (other, SPECIAL)], work())
    secrets = [key.secret for each in found.values() for key in each.by_name.values()]
    assert len(set(secrets)) == 3


async def test_a_renewed_key_seals_from_now_on_and_the_old_one_opens_until_it_is_retired(keys: KeyDatabase) -> None:
    person, version = new_id(), sealing.new_version()
    first = (await Keyring(keys).need([(person, SPECIAL)], work()))[person].current(SPECIAL)
    while await keys.renew(version):
        pass
    both = (await keys.fetch([person]))[person]
    newest = both.current(SPECIAL)
    assert first is not None
    assert newest is not None
    assert newest.name == (SPECIAL, version)
    assert both.by_name[first.name].secret == first.secret
    await keys.retire(version)
    assert (await keys.fetch([person]))[person].by_name.keys() == {newest.name}


async def test_with_a_new_secret_all_keys_are_wrapped_anew_and_are_the_same(keys: KeyDatabase) -> None:
    person = new_id()
    key = (await Keyring(keys).need([(person, SPECIAL)], work()))[person].current(SPECIAL)
    old = keys.secrets
    masters = [os.urandom(32), *old.masters]
    keys.secrets = Secrets(masters)
    while await keys.wrap_anew():
        pass
    keys.secrets = Secrets(masters[:1])  # the old one is not needed any more
    assert (await keys.fetch([person]))[person].current(SPECIAL) == key
    keys.secrets = Secrets([*old.masters, masters[0]])
    while await keys.wrap_anew():
        pass


async def test_keys_lie_wrapped_and_another_services_secrets_do_not_unwrap_them(keys: KeyDatabase) -> None:
    person = new_id()
    key = (await Keyring(keys).need([(person, SPECIAL)], work()))[person].current(SPECIAL)
    connection = await asyncpg.connect(keys.address)
    wrapped = await connection.fetchval("SELECT wrapped FROM person_key WHERE person_id = $1", person)
    await connection.close()
    assert key is not None
    assert keys.secrets.unwrap(wrapped, about=f"person_key|{person}|special|1") == key.secret
    with pytest.raises(NotOurs):
        Secrets([b"x" * 32]).unwrap(wrapped, about=f"person_key|{person}|special|1")


async def test_a_key_that_was_put_with_another_person_is_not_unwrapped(keys: KeyDatabase) -> None:
    one, other = new_id(), new_id()
    await Keyring(keys).need([(one, SPECIAL), (other, SPECIAL)], work())
    connection = await asyncpg.connect(keys.address)
    taken = "UPDATE person_key SET wrapped = (SELECT wrapped FROM person_key WHERE person_id = $1) WHERE person_id = $2"
    await connection.execute(taken, one, other)
    await connection.close()
    with pytest.raises(NotOurs):
        await keys.fetch([other])


async def test_a_destroyed_key_is_gone_and_none_is_made_again(keys: KeyDatabase) -> None:
    person = new_id()
    await Keyring(keys).need([(person, SPECIAL)], work())
    await keys.erase([person])
    assert (await Keyring(keys).need([(person, SPECIAL), (person, ADDRESS)], work()))[person] == Keys(erased=True)


async def test_no_key_is_made_beside_an_erasure(keys: KeyDatabase) -> None:
    for _ in range(10):
        person = new_id()
        await asyncio.gather(
            keys.make([(person, SPECIAL)], work()), keys.erase([person]), keys.make([(person, ADDRESS)], work())
        )
        assert (await keys.fetch([person]))[person] == Keys(erased=True)


async def test_whichever_list_of_erasures_was_restored_is_completed_from_the_other(
    town: Platform, keys: KeyDatabase
) -> None:
    erasures = Erasures(town["customer-account"].inner.database, keys, erased=lambda persons: None)
    here, there = new_id(), new_id()
    await Keyring(keys).need([(here, SPECIAL), (there, SPECIAL)], work())
    await erasures.note([here])  # as if the keys had been restored from before it
    await keys.erase([there])  # as if the service's database had
    await erasures.replay()
    assert all(found.erased for found in (await keys.fetch([here, there])).values())
    listed = await town.sql("customer-account", "SELECT 1 FROM onedoor.erased WHERE person_id = ANY($1)", [here, there])
    assert len(listed) == 2


async def test_keys_are_destroyed_however_long_their_database_was_out_of_reach(
    town: Platform, keys: KeyDatabase
) -> None:
    person = new_id()
    await Keyring(keys).need([(person, SPECIAL)], work())
    long_ago = "INSERT INTO onedoor.erased (person_id, at) VALUES ($1, now() - interval '3 days')"
    await town.sql("customer-account", long_ago, person)
    town["customer-account"].inner.parts.restart("erasures")  # as they are whenever they failed

    async def destroyed() -> bool:
        return (await keys.fetch([person]))[person].erased

    await town.until(destroyed)


async def test_the_keeper_of_keys_can_do_nothing_else(keys: KeyDatabase) -> None:
    connection = await asyncpg.connect(keys.address)
    for forbidden in (
        "DELETE FROM erased",
        "UPDATE erased SET at = now()",
        "UPDATE person_key SET version = 9",
        "CREATE TABLE mine (id int)",
        "TRUNCATE person_key",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(forbidden)
    await connection.close()


@pytest.mark.parametrize("role", ["officer", "resident", "hearer", "public"])
async def test_no_other_role_of_the_service_reaches_the_keys(keys: KeyDatabase, role: str) -> None:
    address = keys.address.replace("customer_account_keys_keeper", f"customer_account_{role}")
    connection = await asyncpg.connect(address)
    for table in ("person_key", "erased"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"SELECT * FROM {table}")
    await connection.close()


async def test_a_process_holds_the_keys_of_a_bounded_number_of_people() -> None:
    class Everybodys:
        async def fetch(self, persons: object) -> dict[object, Keys]:
            return {}

        async def make(self, wanted: object, work: object) -> dict[object, Keys]:
            return {}

    ring = Keyring(Everybodys())  # type: ignore[arg-type]
    await ring.of(new_id() for _ in range(MOST_HELD + 10))
    assert len(ring._held) == MOST_HELD
