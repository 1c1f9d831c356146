"""A platform whose databases were put back from a backup: what is there is whole, and what comes next is heard."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from common.embedded import Postgres
from onedoor.testing import Local, until

OFFICER = ("--role", "officer", "--council", "northmere")
BIN = {"service": "missed_bin", "channel": "phone", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}


def open_case(town: Local) -> Any:
    answer = town.post("case-crm", "/cases", BIN, *OFFICER)
    assert answer.status_code == 201, answer.text
    return answer.json()


def tracked(town: Local, case: Any) -> int:
    return town.get("feedback", f"/tracking/{case['tracking_reference']}", *OFFICER).status_code


def test_after_a_restore_the_lost_end_is_gone_everywhere_and_what_comes_next_is_heard(local: Local) -> None:
    with local.up():
        kept = open_case(local)
        until(lambda: tracked(local, kept) == 200)
    cluster = Postgres(local.home, port=1).data
    backup = cluster.with_name("backup")
    shutil.copytree(cluster, backup, symlinks=True)
    _owned_alike(cluster, backup)
    with local.up():
        lost = open_case(local)
        until(lambda: tracked(local, lost) == 200)
    shutil.rmtree(cluster)
    backup.rename(cluster)
    said = local.said("restored")
    assert said == (
        "The next start of case-crm, customer-account, feedback, partner-gateway, review-engine begins a new era."
    )
    with local.up():
        assert tracked(local, kept) == 200
        assert tracked(local, lost) == 404
        new = open_case(local)
        until(lambda: tracked(local, new) == 200)
        assert not (local.home / "restored.json").exists()
        refused = local.run("restored")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("the platform is running: run onedoor down")
        assert local.said("parked") == "Nothing is parked."


def test_a_service_that_there_is_not_is_told(local: Local) -> None:
    refused = local.run("restored", "case-crn")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("there is no service case-crn: say some of customer-account, case-crm, ")


def _owned_alike(source: Path, copy: Path) -> None:
    """As `cp -a` would: PostgreSQL opens nothing of somebody else's."""
    for each in [source, *source.rglob("*")]:
        owner = each.stat()
        shutil.chown(copy / each.relative_to(source), owner.st_uid, owner.st_gid)
