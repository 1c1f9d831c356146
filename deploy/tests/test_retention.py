"""`onedoor retention` on a platform that runs: it says what would go and why, keeps what is held, and tells what went."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

from common.runtime.periods import Period
from common.runtime.store.clock import Clock
from onedoor.home import Home
from onedoor.testing import Local, until

OFFICER = ("--role", "officer", "--council", "northmere")
HOLDER = (*OFFICER, "--permission", "holds:write")
ASKED = {"service": "missed_bin", "channel": "phone", "answers": {"address": "12 Example Street", "bin": "Rubbish"}}


def test_it_tells_what_would_go_what_is_held_and_what_went(town: Local) -> None:
    _, held = (closed_case(town, name) for name in ("Margaret Hartley", "Ade Okoro"))
    clock = Clock(Home(town.home).clock)
    hold = {"because": "claim", "reference": "NBC-LEG-9", "review_on": str((clock.now() + timedelta(days=99)).date())}
    town.post("customer-account", f"/persons/{held}/legal-holds", hold, *HOLDER)
    day = Period(years=6).over_on(clock.now().date())
    clock.set(datetime.combine(day - timedelta(days=1), time(12), UTC))
    until(lambda: (of_cases(town)["go"], of_cases(town)["held"]) == (1, 1))
    told = town.said("retention", "--dry-run")
    assert "A claim about what a council did can be made for six years, and" in told
    assert told.splitlines()[-1].endswith(" held.")
    clock.step(timedelta(days=1))
    until(lambda: "case_file" in town.said("retention"))
    [line] = [each for each in json.loads(town.said("retention", "--json")) if each["table"] == "case_file"]
    assert (line["service"], line["council"], line["kept"]) == ("case-crm", "northmere", "until goes_on")
    assert line["records"] == 5  # the case, its need, what we spoke about it, and the two entries of its moves


def closed_case(town: Local, name: str) -> str:
    """A case of somebody, which is closed."""
    known = town.post("customer-account", "/persons", {"full_name": name, "channel": "phone"}, *OFFICER).json()
    case = town.post("case-crm", "/cases", ASKED | {"person_id": known["person_id"]}, *OFFICER).json()
    for step in ({"transition": "resolve", "result": "fixed"}, {"transition": "confirm"}):
        town.post("case-crm", f"/cases/{case['case_id']}/transitions", step, *OFFICER)
    return str(known["person_id"])


def of_cases(town: Local) -> Any:
    found = json.loads(town.said("retention", "--dry-run", "--json"))
    [line] = [each for each in found if (each["table"], each["council"]) == ("case_file", "northmere")]
    return line
