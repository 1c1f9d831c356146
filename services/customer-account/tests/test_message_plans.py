"""Whether, how and when somebody is written to: what they like best of what is possible and safe, and what the law requires."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.messages import NotSent, Reply
from common.contracts.people import AddressRole, ContactKind, MessageChannel, PreferredChannel, SafeHours
from customer_account.domain.addresses import Address
from customer_account.domain.contact import ContactPoint
from customer_account.domain.messages import (
    Outcome,
    Reader,
    Send,
    Wait,
    Wanted,
    Withhold,
    meaning,
    message_of,
    plan,
    reference_of,
    try_again,
    wanted_channels,
    without_texts,
)
from customer_account.domain.templates import Style
from customer_account.queries.templates import message_templates

TEXT, EMAIL, POST = MessageChannel.TEXT, MessageChannel.EMAIL, MessageChannel.POST
MONDAY = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
TODAY = date(2026, 12, 14)
ALL = {TEXT: True, EMAIL: True, POST: False}


def point(kind: ContactKind, value: str, *, hours: tuple[str, str] | None = None, **more: Any) -> ContactPoint:
    days = ["mon", "tue", "wed", "thu", "fri"]
    safe = [SafeHours.model_validate({"days": days, "from": hours[0], "to": hours[1]})] if hours else []
    plain: dict[str, Any] = {"label": None, "preferred": False, "safe_to_leave_message": False} | more
    return ContactPoint(id=UUID(int=1), kind=kind, value=value, safe_hours=safe, time_zone="Europe/London", **plain)


MOBILE = point(ContactKind.MOBILE, "+447700900014")
MAIL = point(ContactKind.EMAIL, "margaret@example.org")
HOME = Address(
    id=UUID(int=2), role=AddressRole.HOME, uprn=None, lines=["14 Weavers Row", "Northmere"], postcode="ZZ99 1AB",
    effective_from=date(2020, 1, 1), effective_to=None,
)  # fmt: skip


def reader(*points: ContactPoint, **more: Any) -> Reader:
    return Reader(**{"points": points, "addresses": [HOME], "wanted": ALL} | more)


def planned(someone: Reader, *, now: datetime = MONDAY, **wanted: Any) -> Any:
    return plan(message_templates()["request_received"], Wanted(**wanted), someone, now=now, today=TODAY)


def test_the_channel_that_somebody_likes_best_is_taken_first() -> None:
    assert planned(reader(MOBILE, MAIL)).channel is EMAIL
    assert planned(reader(MOBILE, MAIL, liked=PreferredChannel.TEXT)).channel is TEXT
    preferred = point(ContactKind.MOBILE, "+447700900014", preferred=True)
    assert planned(reader(preferred, MAIL)) == Send(TEXT, ("+447700900014",), None, None)


def test_another_is_taken_where_that_is_not_possible() -> None:
    assert planned(reader(MOBILE, liked=PreferredChannel.EMAIL)).channel is TEXT
    assert planned(reader(MOBILE, MAIL), gone_by=["email"]).channel is TEXT
    assert planned(reader(MOBILE, MAIL), gone_by=["email", "text"]) == Withhold(NotSent.NO_WAY_TO_REACH)
    assert planned(reader()) == Withhold(NotSent.NO_WAY_TO_REACH)
    assert planned(reader(point(ContactKind.LANDLINE, "+441632960001"))) == Withhold(NotSent.NO_WAY_TO_REACH)


def test_outside_safe_hours_it_waits_for_them_unless_it_would_be_too_late() -> None:
    late = reader(point(ContactKind.MOBILE, "+447700900031", hours=("10:00", "14:00")))
    assert planned(late) == Wait(MONDAY + timedelta(minutes=30), TEXT)
    assert planned(late, now=MONDAY + timedelta(minutes=30)).channel is TEXT
    assert planned(late, now=MONDAY + timedelta(hours=5)) == Wait(MONDAY + timedelta(days=1, minutes=30), TEXT)
    assert planned(late, expires_at=MONDAY + timedelta(minutes=30)) == Withhold(NotSent.EXPIRED)
    assert planned(late, expires_at=MONDAY) == Withhold(NotSent.EXPIRED)
    first = [point(ContactKind.MOBILE, "+447700900031", hours=("10:00", "14:00"), preferred=True), MAIL]
    assert planned(reader(*first)) == Wait(MONDAY + timedelta(minutes=30), TEXT)
    assert planned(reader(*first), expires_at=MONDAY + timedelta(minutes=5)).channel is EMAIL


def test_what_the_law_requires_comes_another_way_and_the_rest_is_not_sent_to_who_does_not_want_it() -> None:
    nothing = {TEXT: False, EMAIL: False, POST: False}
    assert planned(reader(MOBILE, wanted=nothing)) == Withhold(NotSent.NOT_WANTED)
    sent = planned(reader(wanted=nothing), required=True)
    assert (sent.channel, sent.to) == (POST, ("14 Weavers Row", "Northmere", "ZZ99 1AB"))


def test_a_letter_goes_to_the_address_for_letters_in_the_style_its_reader_needs() -> None:
    letters = HOME.model_copy(update={"role": AddressRole.CORRESPONDENCE, "lines": ["PO Box 7"], "postcode": None})
    someone = reader(wanted={POST: True}, addresses=[HOME, letters], adjustments=["large_print"], language="pl")
    assert planned(someone) == Send(POST, ("PO Box 7",), "pl", Style.LARGE_PRINT)
    gone = HOME.model_copy(update={"effective_to": date(2026, 12, 1)})
    assert planned(reader(wanted={POST: True}, addresses=[gone])) == Withhold(NotSent.NO_WAY_TO_REACH)


def test_nothing_is_posted_to_an_address_of_somebody_who_is_protected_unless_they_said_that_it_is_safe() -> None:
    told = point(ContactKind.POST, "14 Weavers Row\nNorthmere")
    for required in (False, True):
        someone = reader(told, wanted={POST: True}, protected=True)
        assert planned(someone, required=required) == Withhold(NotSent.PROTECTED)
    since = {"wanted": {POST: True}, "protected": True, "protected_since": MONDAY - timedelta(days=1)}
    safe = point(ContactKind.POST, "PO Box 7\nSouthholt", safe_to_leave_message=True, safe_said_at=MONDAY)
    assert planned(reader(told, safe, **since)).to == ("PO Box 7", "Southholt")
    assert planned(reader(MOBILE, protected=True)).channel is TEXT


def test_where_letters_were_safe_before_somebody_was_protected_they_are_not_until_it_is_said_anew() -> None:
    before, since = MONDAY - timedelta(days=400), MONDAY - timedelta(days=1)
    someone = {"wanted": {POST: True}, "protected": True, "protected_since": since}
    for said in (None, before):
        safe = point(ContactKind.POST, "27 Mill Lane", safe_to_leave_message=True, safe_said_at=said, verified_at=said)
        assert planned(reader(safe, **someone)) == Withhold(NotSent.PROTECTED)
        assert planned(reader(safe, wanted={POST: True})).to == ("27 Mill Lane",)
        made_sure = safe.model_copy(update={"verified_at": MONDAY})
        assert planned(reader(made_sure, **someone)).to == ("27 Mill Lane",)
    assert planned(reader(made_sure.model_copy(update={"safe_to_leave_message": False}), **someone)) == Withhold(
        NotSent.PROTECTED
    )


def test_nothing_is_addressed_to_somebody_who_has_died() -> None:
    assert planned(reader(MOBILE, MAIL, deceased=True), required=True) == Withhold(NotSent.DECEASED)


def test_the_channel_liked_best_is_wanted_unless_that_was_said_not_to_be() -> None:
    assert wanted_channels(ALL, {"channel": "post"}, "reminders")[POST]
    off = {"channel": "post", "messages": [{"kind": "reminders", "channel": "post", "wanted": False}]}
    assert not wanted_channels(ALL, off, "reminders")[POST]
    assert wanted_channels(ALL, {}, "reminders") == ALL


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("YES", Reply.YES),
        (" Tak! ", Reply.YES),
        ("ie", Reply.YES),
        ("nie.", Reply.NO),
        ("No", Reply.NO),
        ("Yes but call me", Reply.OTHER),
        ("STOP please", Reply.STOP),
        ("", Reply.OTHER),
        ("who is this", Reply.OTHER),
    ],
)
def test_an_answer_is_taken_for_no_more_than_it_says(words: str, means: Reply) -> None:
    assert meaning(words) is means


def test_stop_turns_off_what_comes_by_text_and_leaves_the_rest() -> None:
    kept = {
        "channel": "text",
        "messages": [
            {"kind": "reminders", "channel": "text", "wanted": True},
            {"kind": "reminders", "channel": "post", "wanted": True},
        ],
    }
    left = without_texts(kept, {"reminders": False, "request_updates": False, "decisions": True})
    assert left["channel"] == "text"
    assert left["messages"] == [
        {"kind": "reminders", "channel": "post", "wanted": True},
        {"kind": "reminders", "channel": "text", "wanted": False},
        {"kind": "request_updates", "channel": "text", "wanted": False},
    ]


def test_what_was_not_taken_is_tried_again_when_that_may_help() -> None:
    assert try_again(Outcome.RATE_LIMIT, 1, now=MONDAY) == MONDAY + timedelta(seconds=30)
    assert try_again(Outcome.DAILY_LIMIT, 1, now=MONDAY) == datetime(2026, 12, 15, 0, 5, tzinfo=UTC)
    waits = [try_again(Outcome.UNAVAILABLE, tries, now=MONDAY) - MONDAY for tries in (1, 2, 5, 6, 500)]
    assert [wait.total_seconds() / 60 for wait in waits] == [2, 4, 32, 60, 60]


def test_a_reference_names_its_message_and_the_how_manieth_channel() -> None:
    assert message_of(reference_of(UUID(int=7), 2)) == (UUID(int=7), 2)
    assert message_of("something else") is None
