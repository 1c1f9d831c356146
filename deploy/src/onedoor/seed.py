"""The demo's first content, through the public HTTP API alone: `python -m onedoor.seed`. May run again: nothing is doubled."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
from common.embedded.issuer import Issuer

from onedoor.home import Home
from onedoor.running import Running

# Invented people: pseudo postcodes, drama telephone numbers.
MARGARET = UUID("0193b7a4-5c00-7000-8000-000000000001")
JOANNE = UUID("0193b7a4-5c00-7000-8000-000000000002")

TOWN_HALL = {
    "title": "Northmere Town Hall",
    "address": "1 Market Square, Northmere ZZ99 1AA",
    "accessibility": ["A lift to every floor", "A hearing loop at each desk"],
    "how_to_get_there": "Bus 4 stops outside. There is a car park behind the library.",
    "open": ["Monday to Friday, 9 to 5"],
    "shared_with": ["southholt"],
}
REGISTRARS = {
    "services": ["registrar_appointment"],
    "day": "tue",
    "begins": "09:00",
    "ends": "12:30",
    "minutes": 30,
    "at_once": 2,
    "first_day": "2026-01-06",
}


class CannotSeed(Exception):
    """The platform refused a part of the demo."""


class Door:
    """The platform's public API, used as somebody."""

    def __init__(self, urls: Mapping[str, str], issuer: Issuer) -> None:
        self.urls = urls
        self.issuer = issuer
        self.client = httpx.Client(timeout=30)

    def create(self, service: str, path: str, body: Mapping[str, Any], *, key: str, **caller: str) -> dict[str, Any]:
        """POST `body` as `role` `subject` for `council`. The same `key` gives the same answer. Raises CannotSeed."""
        token = self.issuer.token(caller["role"], subject=caller["subject"], councils=[caller["council"]])
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"demo-{key}"}
        answer = self.client.post(self.urls[service] + path, json=body, headers=headers)
        if answer.is_error:
            raise CannotSeed(f"the demo's {key} was refused by {service}: {answer.status_code} {_title(answer)}")
        made: dict[str, Any] = answer.json()
        return made


def seed(urls: Mapping[str, str], issuer: Issuer) -> None:
    """What both councils have on the first day."""
    door = Door(urls, issuer)
    sam = {"role": "officer", "subject": "sam", "council": "northmere"}
    joanne = {"role": "resident", "subject": str(JOANNE), "council": "southholt"}
    bin_at_home = {
        "service": "missed_bin",
        "channel": "phone",
        "person_id": str(MARGARET),
        "answers": {"address": "14 Weavers Row, Northmere ZZ99 1AB", "bin": "Rubbish"},
    }
    bin_by_the_sea = {
        "service": "missed_bin",
        "channel": "online",
        "answers": {"address": "3 Quay Cottages, Southholt ZZ99 2BD", "bin": "Recycling"},
    }
    case = door.create("case-crm", "/cases", bin_at_home, key="first-case", **sam)
    door.create("case-crm", "/cases", bin_by_the_sea, key="second-case", **joanne)
    touch = {"channel": "phone", "purpose": "chase", "note": "Asked when the crew will be back."}
    door.create("case-crm", f"/cases/{case['case_id']}/interactions", touch, key="first-touch", **sam)
    hall = door.create("case-crm", "/locations", TOWN_HALL, key="town-hall", **sam)
    door.create("case-crm", f"/locations/{hall['location_id']}/sessions", REGISTRARS, key="registrars", **sam)


def _title(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["title"])
    except (ValueError, KeyError, TypeError):
        return ""


if __name__ == "__main__":
    here = Home.from_environment()
    try:
        seed(Running.of(here).services, Issuer(here.root))
    except (CannotSeed, httpx.HTTPError) as fault:
        sys.exit(f"{fault}")
