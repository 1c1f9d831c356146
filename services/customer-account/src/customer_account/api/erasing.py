"""The page that proves that somebody was erased: open to everybody who holds its reference, and naming nobody."""

from __future__ import annotations

from typing import Annotated

from common.contracts.people.erasing import ErasureProofView
from common.runtime.routes import Api, Read
from common.runtime.rules import everybody
from fastapi import Path
from fastapi.responses import HTMLResponse

from customer_account.domain.erasures import page
from customer_account.queries import erasing as queries

routes = Api(tag="rights")
Reference = Annotated[str, Path(description="The reference that was given when it was asked, however it was typed.")]


@routes.read("/erasures/{reference}", allow=everybody)
async def erasure_proof(reference: Reference, read: Read) -> ErasureProofView:
    """What was erased where and when, what is kept, why and until when, and when the last copies are gone."""
    return await queries.erasure_proof(read, reference)


@routes.read("/erasures/{reference}/page", allow=everybody)
async def erasure_page(reference: Reference, read: Read) -> HTMLResponse:
    """The same, to read and to print."""
    return HTMLResponse(page(await queries.erasure_proof(read, reference)))
