"""Signing in as somebody who works for a council: what whoever is let in is given."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.base import CouncilId, View
from common.contracts.people.sign_in import Level
from common.contracts.staff import StaffRole


class StaffSignedInView(View):
    """A bearer token for every service, good until `expires_at`; ask for the next one before then.

    `staff_id` is the same at each sign-in, and tells neither name nor address.
    """

    token: str
    expires_at: datetime
    staff_id: str
    session_id: UUID
    level: Level
    role: StaffRole
    permissions: list[str]
    councils: list[CouncilId]
