"""Databases of services under test: a platform leaves nothing behind, in PostgreSQL or on the disk."""

from __future__ import annotations

import psycopg
from common.embedded import Nats
from common.testing.databases import dropped, prepared
from common.testing.platform import platform
from common.testing.servers import Servers
from common.testing.toy.speaker.app import service as speaker


def databases(servers: Servers) -> set[str]:
    with psycopg.connect(servers.admin) as connection:
        return {name for [name] in connection.execute("SELECT datname FROM pg_database").fetchall()}


async def test_a_platform_leaves_neither_databases_nor_files(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [speaker]) as made:
        name = made.databases["toy-speaker"].rpartition("/")[2]
        assert name in databases(servers)
        home = made.home
    assert name not in databases(servers)
    assert not home.exists()


def test_others_databases_and_the_templates_stay(servers: Servers) -> None:
    theirs = prepared(servers, speaker, suffix="theirs")
    before = databases(servers)
    with psycopg.connect(prepared(servers, speaker, suffix="ours")):  # still connected
        dropped(servers, [servers.database("toy_speaker_ours")])
    assert databases(servers) == before
    assert "toy_speaker_template" in before
    dropped(servers, [theirs])
    assert databases(servers) == before - {"toy_speaker_theirs"}
