"""A token that says who acts for its subject: read whole or refused, and its keys and looks are the representative's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.access import AccessRecorded
from common.contracts.people.representations import RepresentationGiven
from common.embedded import Nats
from common.embedded.issuer import ISSUER
from common.runtime.envelope import from_message, to_headers
from common.runtime.ids import new_id
from common.runtime.keys import keys_at
from common.runtime.principal import Acting, Principal
from common.runtime.rules import BeyondScope, InPersonOnly, May, NotSignedIn, represented, residents
from common.runtime.serving.tokens import Tokens, Trusted
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import publish, said
from common.testing.toy.speaker import app
from common.testing.toy.speaker.app import service as speaker
from hypothesis import given
from hypothesis import strategies as st

ALBERT, JOANNE = str(new_id()), str(new_id())
SCOPE: dict[str, Any] = {"representation": str(new_id()), "kind": "executor", "may": ["see", "tell"], "services": "all"}
RIGHT = {"act": {"sub": JOANNE}, "acts": SCOPE}


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [speaker]) as running:
        yield running


@pytest.fixture
def client(town: Platform) -> httpx.AsyncClient:
    return town["toy-speaker"].client


async def principal(town: Platform, role: str = "resident", **claims: Any) -> Principal:
    tokens = Tokens([Trusted(ISSUER, keys_at(town.issuer.ensure()))], audience="toy-speaker")
    return await tokens.read(
        town.issuer.token(role, subject=ALBERT, councils=["northmere"], audience=town.services, acting=claims)
    )


async def test_whoever_acts_is_read_beside_the_one_they_act_for(town: Platform) -> None:
    me = await principal(town, **RIGHT)
    assert (str(me.person_id), me.actor_kind, me.actor_id) == (ALBERT, "representative", JOANNE)
    assert me.acting is not None
    assert (me.acting.may, me.acting.services) == ({"see", "tell"}, None)
    alone = await principal(town)
    assert (alone.acting, alone.actor_kind, alone.actor_id, alone.on_behalf_of) == (None, "resident", ALBERT, None)


@pytest.mark.parametrize(
    "claims",
    [
        {"act": RIGHT["act"]},
        {"acts": SCOPE},
        {"act": {"sub": ALBERT}, "acts": SCOPE},
        {"act": {"sub": "Joanne"}, "acts": SCOPE},
        {"act": {"sub": JOANNE, "act": {"sub": ALBERT}}, "acts": SCOPE},
        {"act": None, "acts": None},
        *({"act": RIGHT["act"], "acts": {k: v for k, v in SCOPE.items() if k != missing}} for missing in SCOPE),
        {"act": RIGHT["act"], "acts": SCOPE | {"may": []}},
        {"act": RIGHT["act"], "acts": SCOPE | {"may": ["everything"]}},
        {"act": RIGHT["act"], "acts": SCOPE | {"services": None}},
        {"act": RIGHT["act"], "acts": SCOPE | {"services": ["Council Tax"]}},
        {"act": RIGHT["act"], "acts": SCOPE | {"kind": "An executor"}},
        {"act": RIGHT["act"], "acts": SCOPE | {"representation": "1"}},
    ],
)
async def test_a_malformed_one_is_refused_like_any_wrong_token(town: Platform, claims: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        await principal(town, **claims)


@pytest.mark.parametrize("role", ["officer", "partner", "operator"])
async def test_nobody_acts_for_an_officer_or_a_partner(town: Platform, role: str) -> None:
    with pytest.raises((NotSignedIn, ValueError)):
        await principal(town, role, **RIGHT)


@given(needs=st.sampled_from(May), may=st.sets(st.sampled_from(May)), limited=st.booleans(), by_service=st.booleans())
def test_a_route_lets_in_who_may_do_what_it_needs_and_a_limited_scope_only_by_service(
    needs: May, may: set[May], limited: bool, by_service: bool
) -> None:
    acting = Acting(new_id(), new_id(), "carer", frozenset(may), frozenset({"missed_bin"}) if limited else None)
    me = Principal("resident", ALBERT, person_id=new_id(), acting=acting)
    with pytest.raises(InPersonOnly):
        residents.admit_acting(me)
    rule = represented(needs, by_service=by_service) | residents
    if needs in may and (by_service or not limited):
        rule.admit_acting(me)
    else:
        with pytest.raises(BeyondScope):
            rule.admit_acting(me)


async def test_a_route_that_says_nothing_of_them_is_closed_and_nothing_is_written(
    town: Platform, client: httpx.AsyncClient
) -> None:
    headers = town.representative(ALBERT, JOANNE, may=list(May)) | {"Onedoor-Council": "northmere"}
    refused = await client.post("/tallies", json={"amount": 1}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/in-person-only")
    assert await town.sql("toy-speaker", "SELECT FROM onedoor.said") == []


def test_an_event_says_who_acted_for_whom_and_one_of_an_earlier_release_says_nothing_of_it() -> None:
    event = said(AccessRecorded(persons=[], reason="", system="", role="officer"), aggregate_id=new_id(), version=1)
    plain = to_headers(event, speaker="toy")
    assert not {"ce-onbehalfof", "ce-representationid"} & set(plain)
    assert from_message(plain, event["data"]).on_behalf_of is None
    by, whom = new_id(), new_id()
    heard = from_message(
        to_headers(event | {"on_behalf_of": whom, "representation_id": by}, speaker="toy"), event["data"]
    )
    assert (heard.on_behalf_of, heard.representation_id) == (whom, by)


@pytest.fixture(scope="module")
async def open_town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    """A platform whose routes for tallies are open to whoever may tell."""
    with pytest.MonkeyPatch.context() as patch:
        for route in app.api.paths():
            endpoint: Any = route.endpoint
            patch.setattr(endpoint, "rule", represented(May.TELL, by_service=True) | endpoint.rule)
        async with platform(servers, nats, [speaker]) as running:
            told = {"kind": "executor", "visible_to": [], "told_to_resident": "", "told_to_representative": ""}
            given = RepresentationGiven(representative_id=JOANNE, may=["tell"], effective_from="2026-01-05", **told)
            event = said(given, UUID(SCOPE["representation"]), 1, person_id=UUID(ALBERT))
            await publish(nats, [event], speaker="customer-account")
            await running.heard(f"representation/{SCOPE['representation']}@1")
            yield running


async def test_their_key_is_not_the_persons_and_an_answer_given_again_is_a_look_again(open_town: Platform) -> None:
    client, body = open_town["toy-speaker"].client, {"amount": 7}
    again = {"Idempotency-Key": "the same", "Onedoor-Council": "northmere"}
    theirs = open_town.representative(ALBERT, JOANNE, may=["tell"], representation=SCOPE["representation"]) | again
    first = await client.post("/tallies", json=body, headers=theirs)
    assert (await client.post("/tallies", json=body, headers=theirs)).json() == first.json()
    own = await client.post("/tallies", json=body, headers=open_town.resident(ALBERT) | again)
    assert own.status_code == 201
    assert own.json()["id"] != first.json()["id"]
    looks = await open_town.sql("toy-speaker", "SELECT actor_id, data FROM onedoor.said WHERE aggregate = 'access'")
    assert [(each["actor_id"], each["data"]["persons"]) for each in looks] == [(JOANNE, [ALBERT])]


async def test_a_route_by_service_that_never_says_which_service_shows_a_limited_representative_nothing(
    open_town: Platform,
) -> None:
    scope = {"may": ["tell"], "services": ["missed_bin"], "representation": SCOPE["representation"]}
    limited = open_town.representative(ALBERT, JOANNE, **scope)
    headers = limited | {"Onedoor-Council": "northmere"}
    before = await open_town.sql("toy-speaker", "SELECT FROM onedoor.said WHERE aggregate = 'tally'")
    refused = await open_town["toy-speaker"].client.post("/tallies", json={"amount": 1}, headers=headers)
    assert refused.status_code == 500
    after = await open_town.sql("toy-speaker", "SELECT FROM onedoor.said WHERE aggregate = 'tally'")
    assert len(before) == len(after)


async def test_whoever_acts_by_nothing_that_was_heard_is_refused(open_town: Platform) -> None:
    refused = await open_town["toy-speaker"].client.post(
        "/tallies", json={"amount": 1}, headers=open_town.representative(ALBERT, JOANNE, may=["tell"])
    )
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-acting")
