"""What a person prefers and needs."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people import (
    AdjustmentIncomplete,
    LawRequiresIt,
    PreferenceChoicesView,
    PreferencesView,
    RecordRestricted,
    SetPreferences,
    UnknownAdjustment,
    UnknownMessages,
)
from common.runtime.limits import though_restricted
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import everybody, officers, residents

from customer_account import commands, queries
from customer_account.domain.preferences import view_of
from customer_account.queries.choices import preference_choices

routes = Api(tag="contact")
REFUSED = [UnknownAdjustment, AdjustmentIncomplete, UnknownMessages, LawRequiresIt]


@routes.read("/preference-choices", allow=everybody)
async def choices_of_preferences(read: Read) -> PreferenceChoicesView:
    """What there is to choose from: channels, languages, adjustments, and the messages we send."""
    return view_of(preference_choices())


@routes.read("/persons/{person_id}/preferences", allow=officers("persons:read"), refuses=[RecordRestricted])
async def preferences_of_person(person_id: UUID, read: Read) -> PreferencesView:
    """What a person prefers and needs, whichever council they told."""
    return await queries.person_preferences(read, person_id)


@routes.edit(
    "/persons/{person_id}/preferences",
    allow=officers("persons:write"),
    refuses=[*REFUSED, RecordRestricted],
    method="PUT",
)
@though_restricted("it keeps what the person brings")
async def set_preferences(person_id: UUID, command: SetPreferences, tx: Tx) -> PreferencesView:
    """Note what a person prefers and needs, as a whole. Every council that sees the person sees it."""
    return await commands.set_preferences(tx, person_id, command)


@routes.read("/me/preferences", allow=residents)
async def my_preferences(read: Read) -> PreferencesView:
    """What I told the councils that I prefer and need."""
    return await queries.person_preferences(read, None)


@routes.edit("/me/preferences", allow=residents, refuses=REFUSED, method="PUT")
async def set_my_preferences(command: SetPreferences, tx: Tx) -> PreferencesView:
    """Tell the councils once what I prefer and need, as a whole."""
    return await commands.set_preferences(tx, None, command)
