"""What people asked us not to do: by purpose, now and at a moment; and that it is never asked of nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from common.runtime.ids import new_id
from common.runtime.limits import Limited, Limits, closes, despite, limits_of, though_restricted
from common.runtime.principal import PUBLIC
from common.runtime.reading import Reading
from common.runtime.rules import officers, partners, residents

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def limited(purpose: str | None, *, since: datetime = NOON, until: datetime | None = None) -> Limited:
    return Limited(request_id=new_id(), person_id=new_id(), purpose=purpose, since=since, until=until)


def test_who_is_restricted_is_so_for_every_purpose() -> None:
    limits = Limits((limited(None),))
    assert limits.restricted
    assert limits.against("contact_me")
    assert limits.against()
    assert not limits.objects("contact_me")


def test_an_objection_is_to_its_purpose_alone() -> None:
    limits = Limits((limited("contact_me"),))
    assert not limits.restricted
    assert limits.objects("service_review", "contact_me")
    assert limits.against("contact_me")
    assert not limits.against("service_review")
    assert limits.since("contact_me") == NOON
    assert limits.since("service_review") is None


def test_what_is_over_holds_no_more_but_held_at_its_time() -> None:
    limits = Limits((limited(None, until=NOON + HOUR),))
    assert not limits.restricted
    assert not limits.against()
    assert limits.since() is None
    before, at, within, after = (limits.against(at=NOON + by * HOUR) for by in (-1, 0, 0.5, 1))
    assert (before, at, within, after) == (False, True, True, False)


def test_of_several_the_latest_counts() -> None:
    limits = Limits(
        (limited(None), limited("referral", since=NOON + HOUR), limited("contact_me", since=NOON + 2 * HOUR))
    )
    assert limits.since("referral") == NOON + HOUR


async def test_nobody_is_limited_in_nothing_and_that_is_not_looked_up() -> None:
    def opened() -> None:
        raise AssertionError

    session = Reading(PUBLIC, now=NOON, opens=opened)  # type: ignore[arg-type]  # it is not to be called
    assert await limits_of(session, None) == Limits()


@pytest.mark.parametrize(
    "rule", [officers("cases:write"), partners("referrals:write"), residents | officers("x:write")]
)
def test_a_route_by_which_others_write_is_closed_unless_it_says_why_not(rule: object) -> None:
    def endpoint() -> None: ...

    endpoint.rule, endpoint.writes = rule, True  # type: ignore[attr-defined]
    assert [refusal.__name__ for refusal in closes(endpoint)] == ["ProcessingRestricted"]
    assert despite(endpoint) == ""
    assert closes(though_restricted("it keeps what the person brings")(endpoint)) == []


def test_what_residents_do_and_what_only_reads_is_open() -> None:
    def endpoint() -> None: ...

    endpoint.rule, endpoint.writes = residents, True  # type: ignore[attr-defined]
    assert closes(endpoint) == []
    endpoint.rule, endpoint.writes = officers("persons:read"), False  # type: ignore[attr-defined]
    assert closes(endpoint) == []
