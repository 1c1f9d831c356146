"""For which roles whoever signs people in is believed: residents, and staff where an installation says so."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from common.contracts.staff import StaffRole
from common.embedded.issuer import Issuer
from common.runtime.ids import new_id
from common.runtime.rules import NotSignedIn
from common.runtime.serving.tokens import Tokens, trusted
from common.runtime.settings import Settings
from common.runtime.signing import begun

ACCOUNT, OUTSIDE = "https://account.example", "https://issuer.example"
KEYS = begun()


def told(home: Path, **changes: Any) -> Settings:
    published = home / "account-keys.json"
    published.write_text(json.dumps({"keys": KEYS.published()}))
    here: dict[str, Any] = {
        "profile": "test",
        "database_url": "postgresql://nowhere",
        "nats_url": "nats://nowhere",
        "councils_file": home / "councils.yaml",
        "issuer": OUTSIDE,
        "issuer_keys": Issuer(home).ensure(),
        "resident_issuer": ACCOUNT,
        "resident_issuer_keys": published,
    }
    return Settings(**here | changes)


def signed(role: str) -> str:
    now = int(time.time())
    times = {"nbf": now, "exp": now + 300}
    who = {"sub": str(new_id()), "sid": str(new_id()), "role": role, "councils": ["northmere"]}
    return KEYS.sign({"iss": ACCOUNT, "aud": "case-crm", **times, **who})


def reader(settings: Settings) -> Tokens:
    return Tokens(trusted(settings), audience="case-crm")


@pytest.mark.parametrize("role", StaffRole)
async def test_unless_it_is_told_no_token_of_staff_is_taken_from_who_signs_residents_in(
    tmp_path: Path, role: str
) -> None:
    with pytest.raises(NotSignedIn):
        await reader(told(tmp_path)).read(signed(role))
    assert (await reader(told(tmp_path)).read(signed("resident"))).role == "resident"


@pytest.mark.parametrize("role", StaffRole)
async def test_where_it_is_told_staff_and_residents_are_signed_in_by_one(tmp_path: Path, role: str) -> None:
    both = reader(told(tmp_path, staff_sign_in=True))
    assert (await both.read(signed(role))).role == role
    assert (await both.read(signed("resident"))).role == "resident"


async def test_partners_and_services_are_never_signed_in_by_them(tmp_path: Path) -> None:
    for role in ("partner", "service", "public"):
        with pytest.raises(NotSignedIn):
            await reader(told(tmp_path, staff_sign_in=True)).read(signed(role))


async def test_the_issuer_outside_is_believed_as_before(tmp_path: Path) -> None:
    token = Issuer(tmp_path)
    settings = told(tmp_path)
    officer = token.token("officer", subject="officer-1", councils=["northmere"], issuer=OUTSIDE)
    assert (await reader(settings).read(officer)).id == "officer-1"
