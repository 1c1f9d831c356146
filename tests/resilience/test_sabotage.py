"""The checker is shown to fail: on a service that looks at no marks, and on one that answers before it commits."""

from __future__ import annotations

from pathlib import Path

from common.embedded import Postgres
from onedoor.contracts import services

from tests.resilience import checker, rows
from tests.resilience.siege import HEALED
from tests.resilience.town import ANSWERS_TOO_EARLY, STARTED, WITHOUT_MARKS, Town, until
from tests.resilience.writers import Load

PROJECTIONS = {"feedback": "feedback-follow-transactions", "partner-gateway": "partner-gateway-keep-known-cases"}
MOST_ROUNDS = 5  # whether what comes again is of a case that has gone on meanwhile is a matter of luck
MANY = 50  # messages in the hands of a service when it dies, so that some of them are of cases that go on


def test_without_marks_the_checker_sees_events_acted_on_twice_and_out_of_order(
    cluster: Postgres, tmp_path: Path
) -> None:
    """feedback looks at no mark, partner-gateway at its own: both die with messages in their hands, which come again."""
    run = ["case-crm", *PROJECTIONS]
    town = Town(tmp_path, cluster, services(), run=run, programs={"feedback": WITHOUT_MARKS})
    with town.running():
        for _ in range(MOST_ROUNDS):
            with Load(town.doors, town.issuer.token) as load:
                load.until_acknowledged(50)
                for victim in ("feedback", *PROJECTIONS):
                    _kill_with_messages_in_hand(town, load, victim)
                load.until_acknowledged(50)
            rows.until_idle(town, seconds=HEALED)
            rows.until_heard(town, seconds=HEALED, by=["partner-gateway"])
            found = rows.read(town.databases)
            assert list(checker.on_partners(found)) == []
            if seen := any("has steps" in fault for fault in checker.on_feedback(found)):
                break
    assert seen


def test_answering_before_the_commit_the_checker_sees_acknowledged_writes_lost(
    cluster: Postgres, tmp_path: Path
) -> None:
    town = Town(tmp_path, cluster, services(), run=["case-crm"], programs={"case-crm": ANSWERS_TOO_EARLY})
    with town.running():
        with Load(town.doors, town.issuer.token) as load:
            load.until_acknowledged(100)
            town.kill("case-crm")
            acknowledged = list(load.kept.acknowledged)
            town.restart("case-crm")
        found = rows.read(town.databases)
    assert 0 < len(list(checker.lost(found, acknowledged))) < len(acknowledged)


def _kill_with_messages_in_hand(town: Town, load: Load, victim: str) -> None:
    """Let a service fall behind, and kill it in the middle of catching up."""
    consumer = PROJECTIONS[victim]
    for _ in range(5):
        town.kill(victim)
        load.until_acknowledged(100)
        town.start(victim)
        until(
            lambda: town.in_hand(consumer) > MANY or not town.waiting()[consumer],
            seconds=STARTED,
            what=f"{victim} catches up",
            pause=0.001,
        )
        town.kill(victim)
        found = town.in_hand(consumer)
        load.until_acknowledged(20)
        town.restart(victim)
        if found > MANY:
            return
    raise AssertionError(f"{victim} was never caught with its hands full")
