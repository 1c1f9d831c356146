"""What is held and does not answer a question as it is asked: it is asked, with the reason, and nobody is at fault for that."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from case_crm.domain import forms
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.forms import HeldFact
from case_crm.publishing import FILES
from common.contracts.cases import StillToTell, Why
from common.contracts.fact_kinds import FACT_KINDS
from common.runtime.ids import new_id

TODAY = date(2026, 11, 23)
ASKED: dict[str, dict[str, Any]] = {
    "type": {"type": "number", "fact_kind": "savings"},
    "option": {"type": "choice", "options": ["Renting", "Owning"], "fact_kind": "full_name"},
    "range": {
        "type": "number",
        "fact_kind": "household_size",
        "valid_if": "answers.it >= 1 && answers.it <= 20",
        "wrong": "From 1 to 20.",
    },
    "pattern": {"fact_kind": "phone", "valid_if": 'answers.it.matches("^0[0-9]+$")', "wrong": "It begins with 0."},
}
HELD = {"type": ("some", 20), "option": ("Squatting", "Owning"), "range": (0, 3), "pattern": ("12", "012")}


def service(**asked: Any) -> ServiceDefinition:
    """A service that has one question."""
    whole = yaml.safe_load((Path(FILES) / "council_tax_reduction.yaml").read_text(encoding="utf-8"))
    whole = {name: said for name, said in whole.items() if name not in {"texts", "owner"}}
    return ServiceDefinition.model_validate(whole | {"questions": [{"question": "it", "text": "What is it?", **asked}]})


def held(kind: str, value: Any, **more: Any) -> dict[str, HeldFact]:
    told = datetime(2026, 1, 5, tzinfo=UTC)
    return {kind: HeldFact(new_id(), kind, value, told, "northmere", "customer-account", "phone", "verified", **more)}


def filled(definition: ServiceDefinition, known: forms.Held, answers: dict[str, Any], **more: Any) -> forms.Filled:
    return forms.fill(definition, known, answers, mint=lambda: UUID(int=1), today=TODAY, **more)


@pytest.mark.parametrize("how", ASKED)
@pytest.mark.parametrize("stale", [False, True])
def test_it_is_asked_with_the_reason_and_whoever_asks_is_not_at_fault(how: str, *, stale: bool) -> None:
    definition, (wrong, right) = service(**ASKED[how]), HELD[how]
    kind = ASKED[how]["fact_kind"]
    assert kind in FACT_KINDS
    known = held(kind, wrong, stale=stale)
    judged = forms.judged(definition, known, {}, TODAY)
    (shown,) = forms.questions(definition, judged)
    assert (shown.standing, shown.why, shown.value) == ("to_ask", Why.DOES_NOT_FIT, wrong)
    assert "does not answer this question" in shown.in_words
    assert (forms.still_to_tell(definition, judged, {}), forms.to_confirm(definition, judged, {})) == (["it"], [])
    with pytest.raises(StillToTell) as refused:
        filled(definition, known, {}, confirmed=["it"])
    (asked,) = refused.value.members["questions"]
    assert (asked["question"], asked["in_words"], "confirm" in asked) == ("it", shown.in_words, False)
    told = filled(definition, known, {"it": right})
    assert (told.answers, [fact.value for fact in told.told]) == ({"it": right}, [right])
    assert (told.prefilled, told.asked_again, told.still_so) == (0, [], [])


@pytest.mark.parametrize("how", ASKED)
def test_what_fits_is_filled_in_and_to_ask_it_is_a_re_ask(how: str) -> None:
    definition, (_, right) = service(**ASKED[how]), HELD[how]
    known = held(ASKED[how]["fact_kind"], right)
    assert filled(definition, known, {}).answers == {"it": right}
    assert [because for _, because in filled(definition, known, {"it": right}).asked_again] == ["known"]


def test_what_need_not_be_answered_is_left_out_rather_than_answered_wrongly() -> None:
    definition = service(**ASKED["range"], required=False)
    assert filled(definition, held("household_size", 0), {}).answers == {}
