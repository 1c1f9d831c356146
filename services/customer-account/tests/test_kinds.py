"""Fact kinds as data: what a file may say, and what a mistake in it is answered with."""

from __future__ import annotations

import pytest
from common.contracts.fact_kinds import FACT_KINDS
from common.contracts.people import Sensitivity
from customer_account.domain import finding
from customer_account.queries.kinds import BrokenFactKinds, fact_kinds, read_kinds

AMOUNT = "shape: {type: number, minimum: 0, maximum: 9}"
GOOD = f"{{label: Savings, group: money, written: An amount., sensitivity: personal, {AMOUNT}}}"


def test_the_kinds_of_this_release_can_all_be_read() -> None:
    kinds = fact_kinds()
    assert len(kinds) >= 40
    assert {kind.sensitivity for kind in kinds.values()} == {
        Sensitivity.PERSONAL,
        Sensitivity.SPECIAL,
        Sensitivity.PROTECTED,
    }
    assert all(kind.written.endswith(".") for kind in kinds.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("savings: {label: [", "kinds.yaml: line 1: this is not YAML"),
        ("- savings", "kinds.yaml: the whole: Input should be a valid dictionary"),
        (f"Savings: {GOOD}", "kinds.yaml: Savings.[key]: String should match pattern"),
        (f"savings: {GOOD.replace('personal', 'secret')}", "kinds.yaml: savings.sensitivity: Input should be"),
        (f"savings: {GOOD.replace('money', 'gold')}", "savings.group: Input should be"),
        (f"savings: {GOOD.replace('label', 'name')}", "kinds.yaml: savings.label: Field required; savings.name: Extra"),
        (f"savings: {GOOD.replace('number', 'money')}", "savings: Value error, the shape is not a JSON Schema"),
        (f"savings: {GOOD.replace('number', 'object')}", "savings: Value error, a fact is text, a number"),
        (
            f"savings: {GOOD.replace(', maximum: 9', '')}",
            "savings: Value error, a number needs a minimum and a maximum",
        ),
        (f"savings: {GOOD.replace('type: number, ', '')}", "savings: Value error, the shape needs a type"),
        (f"savings: {GOOD.replace('number', 'string')}", "savings: Value error, text needs a maxLength"),
        (f"savings: {GOOD.replace('number', 'array')}", "savings: Value error, a list needs maxItems"),
    ],
)
def test_a_mistake_in_the_file_is_answered_with_where_and_why(text: str, says: str) -> None:
    with pytest.raises(BrokenFactKinds) as broken:
        read_kinds(text, name="kinds.yaml")
    assert says in str(broken.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Joanne Hartley-Price", "JOANNE  HARTLEY PRICE"),
        ("Seán Ó Briain", "sean o briain"),
        ("Margaret O'Hartley", "Margaret O’Hartley"),
        ("Straße", "STRASSE"),
    ],
)
def test_a_name_is_compared_without_case_accents_and_punctuation(one: str, other: str) -> None:
    assert finding.name_key(one) == finding.name_key(other) is not None


@pytest.mark.parametrize("phone", ["07700 900014", "+44 7700 900014", "0044 7700900014", "+447700900014"])
def test_a_phone_number_is_compared_as_it_is_dialled_from_anywhere(phone: str) -> None:
    assert finding.phone_key(phone) == "+447700900014"


def test_the_kinds_that_others_may_name_are_those_that_are_kept() -> None:
    assert set(fact_kinds()) == FACT_KINDS
