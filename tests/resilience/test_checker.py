"""The checker is shown to fail: on a service without marks, on one that answers before it commits, and on doctored rows."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from common.embedded import Postgres
from onedoor.contracts import services

from tests.resilience import checker, rows
from tests.resilience.rows import Found, Row, hearers
from tests.resilience.siege import Outcome
from tests.resilience.town import ANSWERS_TOO_EARLY, WITHOUT_MARKS, Town, until
from tests.resilience.writers import Load

FEEDBACK, PARTNERS = "feedback-follow-transactions", "partner-gateway-keep-known-cases"


def test_without_marks_the_checker_sees_events_acted_on_twice_and_out_of_order(
    cluster: Postgres, tmp_path: Path
) -> None:
    """feedback looks at no mark, partner-gateway at its own: both are killed with messages in hand, which come again."""
    running = ["case-crm", "feedback", "partner-gateway"]
    town = Town(tmp_path, cluster, services(), run=running, programs={"feedback": WITHOUT_MARKS})
    load = Load(town.doors, town.issuer.token)
    try:
        town.start()
        load.start()
        load.until_acknowledged(50)
        for victim, consumer in (("feedback", FEEDBACK), ("partner-gateway", PARTNERS)):
            _kill_with_messages_in_hand(town, load, victim, consumer)
        load.stop()
        rows.until_idle(town, seconds=60)
        found = rows.read(town.databases)
    finally:
        town.stop()
    assert any("has steps" in fault for fault in checker.on_feedback(found))
    assert list(checker.on_partners(found)) == []


def test_answering_before_the_commit_the_checker_sees_acknowledged_writes_lost(
    cluster: Postgres, tmp_path: Path
) -> None:
    town = Town(tmp_path, cluster, services(), run=["case-crm"], programs={"case-crm": ANSWERS_TOO_EARLY})
    load = Load(town.doors, town.issuer.token)
    try:
        town.start()
        load.start()
        load.until_acknowledged(100)
        town.kill("case-crm")
        acknowledged = list(load.kept.acknowledged)
        town.restart("case-crm")
        load.stop()
        found = rows.read(town.databases)
    finally:
        town.stop()
    lost = list(checker.lost(found, acknowledged))
    assert 0 < len(lost) < len(acknowledged)


def _kill_with_messages_in_hand(town: Town, load: Load, victim: str, consumer: str) -> None:
    """Let a service fall behind, and kill it in the middle of catching up."""
    town.kill(victim)
    load.until_acknowledged(100)
    behind = town.waiting()[consumer]
    town.restart(victim)
    until(lambda: town.waiting()[consumer] < behind, seconds=30, what=f"{victim} is catching up", pause=0.001)
    town.kill(victim)
    load.until_acknowledged(20)
    town.restart(victim)
