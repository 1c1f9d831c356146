"""What is published is what the code says, and no reader or writer of an earlier release is let down."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import case_crm
import pytest
import yaml
from common.contracts_check import event_breakages, openapi_breakages
from onedoor.contracts import PUBLISHED, ROOT, stale

DEFINITIONS = Path(case_crm.__file__).parent / "service_definitions"
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


def renumbered(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The definitions that are otherwise than they were under the same number, or whose base is."""
    other = {name for name in before if before[name] != now.get(name, before[name])}
    based = {name for name, file in now.items() if f"{file.get('extends')}.yaml" in other}
    return sorted(name for name in other | based if name in before and now[name]["version"] <= before[name]["version"])


def test_a_definition_that_was_released_is_changed_under_a_higher_number() -> None:
    place, released = DEFINITIONS.relative_to(ROOT), (PUBLISHED / "RELEASED").read_text().strip()
    names = [name for name in (git("ls-tree", "--name-only", f"{released}:{place}") or "").split() if ".yaml" in name]
    before = {name: yaml.safe_load(git("show", f"{released}:{place}/{name}") or "{}") for name in names}
    now = {file.name: yaml.safe_load(file.read_text()) for file in DEFINITIONS.glob("*.yaml")}
    assert renumbered(before, now) == []
    base = {"version": 2, "title": "A"}
    local = {"version": 1, "extends": "fair"}
    assert renumbered({"fair.yaml": base, "fair.x.yaml": local}, {"fair.yaml": base, "fair.x.yaml": local}) == []
    changed = {"fair.yaml": {"version": 2, "title": "B"}, "fair.x.yaml": local}
    assert renumbered({"fair.yaml": base, "fair.x.yaml": local}, changed) == ["fair.x.yaml", "fair.yaml"]


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
