"""What councils offer, and its forms."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Code, CouncilId, View
from common.contracts.cases import ActForThem, FormView, ServiceView, UnknownQuestion, UnknownService, WrongAnswer
from common.contracts.cases.offers import FillForm
from common.runtime.routes import Api, Read
from common.runtime.rules import everybody

from case_crm import queries
from case_crm.api.languages import InLanguage, OnChannel
from case_crm.api.rules import may_read

routes = Api(tag="cases")


class Services(View):
    """What a council offers."""

    items: list[ServiceView]


@routes.read("/councils/{council}/services", allow=everybody)
async def services(council: CouncilId, read: Read, language: InLanguage = "en") -> Services:
    """The services a council offers."""
    return Services(items=await queries.services_of(read, council, language))


@routes.read("/councils/{council}/services/{service}/form", allow=may_read, refuses=[UnknownService, ActForThem])
async def form(
    council: CouncilId,
    service: Code,
    read: Read,
    person_id: UUID | None = None,
    language: InLanguage = "en",
    channel: OnChannel = None,
) -> FormView:
    """A form, with every answer we hold filled in and where it came from."""
    person = queries.whom(read, person_id)
    return await queries.form_for(
        read, service, council=council, person_id=person, answers={}, language=language, channel=channel
    )


@routes.read(
    "/councils/{council}/services/{service}/form",
    allow=may_read,
    refuses=[UnknownService, ActForThem, UnknownQuestion, WrongAnswer],
    found_by_post=True,
)
async def form_so_far(
    council: CouncilId,
    service: Code,
    so_far: FillForm,
    read: Read,
    language: InLanguage = "en",
    channel: OnChannel = None,
) -> FormView:
    """A form after some answers: what it asks now, whether the service is for them, and where it leads. Nothing is kept."""
    person = queries.whom(read, so_far.person_id)
    return await queries.form_for(
        read, service, council=council, person_id=person, answers=so_far.answers, language=language, channel=channel
    )
