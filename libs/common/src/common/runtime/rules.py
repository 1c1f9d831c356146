"""Access rules: who may use a route. Every route declares exactly one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from common.contracts.base import May as May
from common.contracts.base import Refusal
from common.runtime.principal import PUBLIC, Principal


class NotSignedIn(Refusal, status=401):
    """Please sign in, or sign in again."""


class NotYours(Refusal, status=403):
    """Your role does not allow this."""


class NotYourCouncil(Refusal, status=403):
    """You are not signed in for that council."""


class InPersonOnly(Refusal, status=403):
    """Only the person themself can do this, not somebody who acts for them."""


class BeyondScope(Refusal, status=403):
    """You act for this person, but what you may do for them does not include this."""


class NotActing(Refusal, status=403):
    """You cannot act for this person at the moment. Please ask the council."""


@dataclass(frozen=True)
class Rule:
    """Roles that may come in, each with the permission it needs (None: the role is enough).

    Whoever acts for a resident is let in where `acting` says what they must be allowed, and nowhere else. Where their
    scope is limited to some services, only where `by_service` says that the route calls `in_service`.
    """

    roles: tuple[tuple[str, str | None], ...]
    acting: May | None = None
    by_service: bool = False

    def __or__(self, other: Rule) -> Rule:
        return Rule(self.roles + other.roles, self.acting or other.acting, self.by_service or other.by_service)

    @property
    def public(self) -> bool:
        return any(role == "public" for role, _ in self.roles)

    def admit(self, me: Principal) -> None:
        """Raises NotYours unless the caller's role, and its permission, are among ours."""
        for role, permission in self.roles:
            if me.role == role and (permission is None or permission in me.permissions):
                return
        raise NotYours

    def admit_acting(self, me: Principal) -> None:
        """Raises InPersonOnly or BeyondScope where the caller acts for a resident, and may not do so here."""
        if me.acting is None:
            return
        if self.acting is None:
            raise InPersonOnly
        if self.acting not in me.acting.may or (me.acting.services is not None and not self.by_service):
            raise BeyondScope

    def describe(self) -> list[str]:
        said = [f"{role}:{permission}" if permission else role for role, permission in self.roles]
        return [*said, f"representative:{self.acting}"] if self.acting else said


everybody = Rule((("public", None),))
residents = Rule((("resident", None),))
"""Residents in person, and nobody for them."""


def represented(may: May, *, by_service: bool = False) -> Rule:
    """Residents, and whoever acts for one and may do this. `by_service`: the route calls `in_service`, or is refused."""
    return Rule((("resident", None),), acting=may, by_service=by_service)


def officers(permission: str) -> Rule:
    """Officers of a council with this permission."""
    return Rule((("officer", permission),))


def partners(permission: str) -> Rule:
    return Rule((("partner", permission),))


def reviewers(permission: str) -> Rule:
    return Rule((("reviewer", permission),))


def administrators(permission: str) -> Rule:
    return Rule((("administrator", permission),))


def for_council(me: Principal, council: str | None) -> Principal:
    """The caller, acting for the council they named; raises NotYourCouncil where the token does not serve it."""
    if council is None or me is PUBLIC:
        return me
    if council not in me.councils:
        raise NotYourCouncil
    return replace(me, council=council)
