"""What one service's data asks of another's: there are words to ask in for whatever somebody must agree to."""

from __future__ import annotations

from case_crm.queries.life_events import life_events
from customer_account.domain.wordings import current
from customer_account.queries.wordings import consent_wordings


def test_whoever_must_agree_to_a_part_of_what_is_told_can_be_asked() -> None:
    parts = [each for event in life_events().values() for each in event.interests if each.consent]
    purposes = {each.consent.purpose for each in parts if each.consent}
    assert purposes
    assert {purpose for purpose in purposes if current(consent_wordings(), purpose) is None} == set()
