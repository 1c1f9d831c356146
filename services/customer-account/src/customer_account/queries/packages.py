"""Somebody's package, for themself alone."""

from __future__ import annotations

from uuid import UUID

from common.contracts.people.rights import AccessPackageFetched, PackageGone
from common.runtime.files import File
from common.runtime.objects import Kept, Spoilt
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain import packages
from customer_account.queries.rights import my_request

MEDIA_TYPE = "application/zip"


async def my_package(read: Reading, request_id: UUID) -> File:
    """The package of a request of the resident's. It is read once before it is answered: a broken one is not begun with."""
    request = await my_request(read, request_id)
    if request.right not in packages.GATHERED:
        raise NotFound
    made = packages.made_of(request.package, ended=request.ended_at is not None)
    kept = Kept(**made["kept"])
    try:
        await read.ground.objects.check(kept)
    except Spoilt:
        raise PackageGone from None
    read.note(AccessPackageFetched(request_id=request.id), about=read.person)
    content = read.ground.objects.read(kept, about=packages.package_of(request.id))
    name = f"{request.reference}.zip"
    return File(content, name=name, media_type=MEDIA_TYPE, sha256=made["sha256"], size=made["size"])
