"""What staff can be given is what some route, or a case by how it stands, asks of their role: no more, and nothing forgotten."""

from __future__ import annotations

import pytest
from common.contracts.staff import ASKED_BY_CASES, PERMISSIONS, StaffRole
from common.runtime.principal import OFFICIAL
from onedoor.contracts import services

RULES = [route.endpoint.rule for service in services() for api in service.api for route in api.paths()]


@pytest.mark.parametrize("role", StaffRole)
def test_what_a_role_can_be_given_is_what_the_routes_ask_of_it(role: StaffRole) -> None:
    asked = {permission for rule in RULES for each, permission in rule.roles if each == role and permission}
    by_cases = ASKED_BY_CASES if role is StaffRole.OFFICER else frozenset()
    assert PERMISSIONS[role] == asked | by_cases


def test_the_roles_of_staff_are_those_that_the_runtime_serves_as_officials() -> None:
    assert {role.value for role in StaffRole} == OFFICIAL
