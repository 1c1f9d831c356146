"""Who is asking, and for which council. Read from a platform token and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from common.contracts.staff import SEES_RESTRICTED

OFFICIAL = frozenset({"officer", "reviewer", "operator", "administrator"})


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who acts for the person a token is of: who it is, by which representation and of what kind, and its scope.

    `may` is what of see, tell and decide; `services` are the council services it is for, None for all.
    """

    person_id: UUID
    representation_id: UUID
    kind: str
    may: frozenset[str]
    services: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Principal:
    """A resident, officer, partner, reviewer, operator or administrator; a service itself; or the public.

    `council` is the one this request is for; `councils` are all that the token allows. Where somebody acts for the
    resident, `acting` says who does: rows and rights are the resident's, deeds and looks are the representative's.
    """

    role: str
    id: str
    council: str | None = None
    councils: tuple[str, ...] = ()
    person_id: UUID | None = None
    level: str = "none"
    permissions: frozenset[str] = field(default_factory=frozenset)
    session: UUID | None = None  # of somebody who signed in
    acting: Acting | None = None
    client: UUID | None = None  # a partner's system, by its own key
    requests_a_minute: int | None = None  # that it may make; without a number, as many as it likes

    @property
    def database_role(self) -> str:
        """The login role that serves this caller."""
        if self.role in OFFICIAL:
            return "officer"
        return {"resident": "resident", "partner": "partner", "service": "hearer"}.get(self.role, "public")

    @property
    def actor_kind(self) -> str:
        """What the one who does this is: `representative` where somebody acts for a resident, the role otherwise."""
        return "representative" if self.acting else self.role

    @property
    def actor_id(self) -> str:
        """Who does this: the one who acts, not the one they act for."""
        return str(self.acting.person_id) if self.acting else self.id

    @property
    def on_behalf_of(self) -> UUID | None:
        """The person who is acted for, or None."""
        return self.person_id if self.acting else None

    @property
    def looker(self) -> UUID | None:
        """The person whose own data it is no look to read, or None."""
        return self.acting.person_id if self.acting else self.person_id

    @property
    def shown_as(self) -> frozenset[str]:
        """As whom they are shown cases that not every officer sees: by their own id, and as cleared for such cases."""
        return (
            frozenset({self.id, SEES_RESTRICTED} & {self.id, *self.permissions})
            if self.role in OFFICIAL
            else frozenset()
        )

    @property
    def partner(self) -> str | None:
        """The partner organisation who asks, or None."""
        return self.id if self.role == "partner" else None


PUBLIC = Principal(role="public", id="public")
