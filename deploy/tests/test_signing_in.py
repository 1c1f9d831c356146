"""Signing in here: changing the key that tokens are signed with, and the ways that the demo offers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from common.runtime.settings import CannotServe
from common.runtime.signing import read_signing_keys
from onedoor.home import Home
from onedoor.plan import Plan
from onedoor.refusals import CannotDo
from onedoor.signing_in import equip, rotate


def test_the_first_time_keys_are_made_and_then_the_next_one_signs(tmp_path: Path) -> None:
    file = tmp_path / "signing-keys.json"
    assert rotate(file, at_once=False) == f"Made signing keys in {file}."
    following = read_signing_keys(file).next.kid
    assert rotate(file, at_once=False) == f"Tokens are signed with the key {following} from now on."
    assert read_signing_keys(file).current.kid == following


def test_it_is_not_done_twice_in_ten_minutes_unless_it_must_be(tmp_path: Path) -> None:
    file = tmp_path / "signing-keys.json"
    for _ in range(2):
        rotate(file, at_once=False)
    with pytest.raises(CannotDo, match="less than ten minutes ago"):
        rotate(file, at_once=False)
    first = read_signing_keys(file)
    rotate(file, at_once=True)
    stolen = first.previous and first.previous.kid
    assert stolen not in {key["kid"] for key in read_signing_keys(file).published()}


def test_a_file_that_holds_no_keys_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "signing-keys.json"
    file.write_text("{}")
    with pytest.raises(CannotDo, match="holds no signing keys"):
        rotate(file, at_once=True)
    assert file.read_text() == "{}"


def test_the_staff_of_every_council_of_the_home_have_a_way_to_sign_in(tmp_path: Path) -> None:
    plan = Plan(home=Home(tmp_path), base=8000)
    equip(plan)
    assert set(json.loads(plan.home.sign_in.read_text())["staff"]) == {"northmere-staff", "southholt-staff"}
    plan.home.councils.write_text("councils: [{id: eastmarsh, name: Eastmarsh, code: EMC, calendar: northmere}]")
    equip(plan)
    assert set(json.loads(plan.home.sign_in.read_text())["staff"]) == {"eastmarsh-staff"}


def test_a_file_that_lists_no_councils_is_named(tmp_path: Path) -> None:
    plan = Plan(home=Home(tmp_path), base=8000)
    plan.home.councils.write_text("northmere")
    with pytest.raises(CannotServe, match="does not list the councils"):
        equip(plan)
