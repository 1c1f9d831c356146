"""What groups give, as what somebody is known, and what an installation may say of its staff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from common.contracts.staff import StaffRole
from customer_account.domain.identity import Gone, Identity, Unproven, groups_of
from customer_account.domain.providers import SignInTold, StaffTold, go_to
from customer_account.domain.staff import granted, staff_id
from pydantic import ValidationError

WAY: dict[str, Any] = {
    "label": "Northmere's staff",
    "issuer": "https://login.northmere.example",
    "client_id": "onedoor",
    "client_secret_file": Path("secret"),
    "councils": ["northmere"],
    "groups": [
        {"group": "front desk", "role": "officer", "permissions": ["persons:read", "cases:read"]},
        {"group": "web team", "role": "administrator", "permissions": ["outbox:read"]},
        {"group": "case workers", "role": "officer", "permissions": ["cases:read", "cases:write"]},
        {"group": "on call", "role": "operator"},
    ],
}
TOLD = StaffTold(**WAY)


@pytest.mark.parametrize(
    ("groups", "role", "permissions"),
    [
        (["front desk"], "officer", {"persons:read", "cases:read"}),
        (["case workers", "front desk"], "officer", {"persons:read", "cases:read", "cases:write"}),
        (["case workers", "web team"], "administrator", {"outbox:read"}),
        (["web team", "case workers", "front desk"], "officer", {"persons:read", "cases:read", "cases:write"}),
        (["on call", "the choir"], "operator", set()),
    ],
)
def test_groups_of_one_role_add_up_and_of_several_roles_the_first_of_the_file_counts(
    groups: list[str], role: str, permissions: set[str]
) -> None:
    assert granted(TOLD, groups) == (StaffRole(role), permissions)


@pytest.mark.parametrize("groups", [[], ["the choir"], ["FRONT DESK"]], ids=str)
def test_groups_that_are_not_named_give_nothing(groups: list[str]) -> None:
    with pytest.raises(Unproven):
        granted(TOLD, groups)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (["front desk", "on call"], {"front desk", "on call"}),
        ("front desk", {"front desk"}),
        (None, set()),
        ([["front desk"], 7, {"on call": True}], set()),
        ({"front desk": True}, set()),
    ],
)
def test_groups_are_a_list_of_names_or_one_name(said: Any, read: set[str]) -> None:
    assert groups_of({"groups": said}, TOLD) == read
    assert groups_of({"roles": said}, StaffTold(**WAY, groups_claim="roles")) == read
    assert groups_of({"groups": said}, StaffTold(**WAY, groups_claim="roles")) == set()


def test_the_groups_of_a_resident_are_not_read() -> None:
    resident = {name: WAY[name] for name in ("label", "issuer", "client_id", "client_secret_file")}
    told = SignInTold.model_validate({"providers": {"openid": resident}})
    assert groups_of({"groups": ["front desk"]}, told.provider("openid")) == set()


def test_somebody_is_known_by_issuer_and_subject_and_by_neither_alone() -> None:
    here, there = "https://login.northmere.example", "https://login.southholt.example"
    known = {staff_id(Identity(*each, None)) for each in ((here, "a"), (here, "b"), (there, "a"))}
    assert len(known) == 3
    assert staff_id(Gone(here, "a", "a-session")) in known
    assert all(len(each) == 64 and "northmere" not in each for each in known)


def test_groups_are_asked_for_where_the_file_says_so_and_nothing_else_ever_is() -> None:
    secret = {
        "return_to": "https://www.onedoor.example",
        "state": "s",
        "nonce": "n",
        "verifier": "v",
        "identity": False,
    }
    scopes = {
        ask: go_to("https://login.northmere.example", StaffTold(**WAY, ask_for_groups=ask), **secret)
        for ask in (False, True)
    }
    assert "scope=openid&" in scopes[False]
    assert "scope=openid+groups&" in scopes[True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"councils": []},
        {"councils": ["Northmere Council"]},
        {"groups": []},
        {"groups": [{"group": "a", "role": "resident"}]},
        {"groups": [{"group": "a", "role": "partner", "permissions": ["referrals:read"]}]},
        {"groups": [{"group": "a", "role": "officer", "permissions": ["persons:*"]}]},
        {"groups": [{"group": "a", "role": "officer", "permissions": ["outbox:read"]}]},
        {"groups": [{"group": "a", "role": "officer", "councils": ["southholt"]}]},
        {"speaks": "one-login"},
        {"identity": {"issuer": "https://identity.example/", "keys": "https://identity.example/did.json"}},
        {"issuer": "http://login.northmere.example"},
    ],
)
def test_a_way_that_would_be_unsafe_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        StaffTold(**{**WAY, **wrong})


def test_one_name_is_not_the_way_of_residents_and_of_staff() -> None:
    resident = {name: WAY[name] for name in ("label", "issuer", "client_id", "client_secret_file")}
    with pytest.raises(ValidationError, match="not both: northmere"):
        SignInTold.model_validate({"providers": {"northmere": resident}, "staff": {"northmere": WAY}})
