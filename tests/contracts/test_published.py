"""What is published is what the code says, and no reader or writer of an earlier release is let down."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from common.contracts_check import event_breakages, openapi_breakages
from onedoor.contracts import PUBLISHED, ROOT, stale

CHECKS = {"events": event_breakages, "openapi": openapi_breakages}


def git(*words: str) -> str | None:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def base() -> str | None:
    """What must not be broken: what is told, else where this branch left main, else what was released last."""
    told = os.environ.get("ONEDOOR_CONTRACTS_BASE")
    left = git("merge-base", "HEAD", "origin/main")
    released = (PUBLISHED / "RELEASED").read_text().strip() if (PUBLISHED / "RELEASED").exists() else None
    return told or (left if left != git("rev-parse", "HEAD") else None) or released


def published_at(commit: str, folder: str) -> dict[str, Any]:
    place = PUBLISHED.relative_to(ROOT) / folder
    names = (git("ls-tree", "--name-only", f"{commit}:{place}") or "").split()
    return {name: json.loads(git("show", f"{commit}:{place}/{name}") or "{}") for name in names}


def breakages(folder: str, before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    gone = [f"{name} is gone" for name in before if name not in now]
    kept = [name for name in before if name in now]
    return gone + [f"{name} {b.where}: {b.what}" for name in kept for b in CHECKS[folder](before[name], now[name])]


def published_now(folder: str) -> dict[str, Any]:
    return {file.name: json.loads(file.read_text()) for file in Path(PUBLISHED / folder).glob("*.json")}


def test_the_published_files_are_what_the_code_says() -> None:
    assert stale() == [], "run `make contracts` and read the difference"


@pytest.mark.parametrize("folder", CHECKS)
def test_nothing_published_before_is_broken(folder: str) -> None:
    start = base()
    before = published_at(start, folder) if start else {}
    assert breakages(folder, before, published_now(folder)) == []


def test_a_lost_event_a_lost_field_and_a_new_demand_are_each_refused() -> None:
    events, apis = published_now("events"), published_now("openapi")
    lost = {name: schema for name, schema in events.items() if name != "case.opened.json"}
    assert breakages("events", events, lost) == ["case.opened.json is gone"]
    narrowed = json.loads(json.dumps(events))
    del narrowed["case.opened.json"]["properties"]["reference"]
    assert any("reference" in line for line in breakages("events", events, narrowed))
    demanding = json.loads(json.dumps(apis))
    demanding["case-crm.json"]["components"]["schemas"]["OpenCase"]["required"].append("note")
    assert any("note" in line for line in breakages("openapi", apis, demanding))
