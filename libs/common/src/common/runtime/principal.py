"""Who is asking, and for which council. Read from a platform token and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

OFFICIAL = frozenset({"officer", "reviewer", "operator", "administrator"})


@dataclass(frozen=True, slots=True)
class Principal:
    """A resident, officer, partner, reviewer, operator or administrator; a service itself; or the public.

    `council` is the one this request is for; `councils` are all that the token allows.
    """

    role: str
    id: str
    council: str | None = None
    councils: tuple[str, ...] = ()
    person_id: UUID | None = None
    level: str = "none"
    permissions: frozenset[str] = field(default_factory=frozenset)
    session: UUID | None = None  # of a resident who signed in

    @property
    def database_role(self) -> str:
        """The login role that serves this caller."""
        if self.role in OFFICIAL:
            return "officer"
        return {"resident": "resident", "partner": "partner", "service": "hearer"}.get(self.role, "public")

    @property
    def partner(self) -> str | None:
        """The partner organisation who asks, or None."""
        return self.id if self.role == "partner" else None


PUBLIC = Principal(role="public", id="public")
