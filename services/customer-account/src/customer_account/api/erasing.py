"""The page that proves that somebody was erased: open to everybody who holds its reference, and naming nobody."""

from __future__ import annotations

from typing import Annotated

from common.contracts.people.erasing import ErasureProofView
from common.runtime.routes import Api, Read
from common.runtime.rules import everybody
from fastapi import Path, Request
from fastapi.responses import HTMLResponse

from customer_account.domain.erasures import page
from customer_account.queries import erasing as queries

routes = Api(tag="rights")
Reference = Annotated[str, Path(description="The reference that was given when it was asked, however it was typed.")]


@routes.read("/erasures/{reference}", allow=everybody)
async def erasure_proof(reference: Reference, request: Request, read: Read) -> ErasureProofView:
    """What was erased where and when, what is kept, why and until when, and when the last copies are gone.

    Whoever accepts `text/html`, as browsers do, gets it as a page to read and to print.
    """
    proof = await queries.erasure_proof(read, reference)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(page(proof))  # type: ignore[return-value]  # a response is sent as it is
    return proof
