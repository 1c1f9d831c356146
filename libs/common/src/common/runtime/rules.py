"""Access rules: who may use a route. Every route declares exactly one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from common.contracts.base import Refusal
from common.runtime.principal import PUBLIC, Principal


class NotSignedIn(Refusal, status=401):
    """Please sign in, or sign in again."""


class NotYours(Refusal, status=403):
    """Your role does not allow this."""


class NotYourCouncil(Refusal, status=403):
    """You are not signed in for that council."""


@dataclass(frozen=True)
class Rule:
    """Roles that may come in, each with the permission it needs (None: the role is enough)."""

    roles: tuple[tuple[str, str | None], ...]

    def __or__(self, other: Rule) -> Rule:
        return Rule(self.roles + other.roles)

    @property
    def public(self) -> bool:
        return any(role == "public" for role, _ in self.roles)

    def admit(self, me: Principal) -> None:
        """Raises NotYours unless the caller's role, and its permission, are among ours."""
        for role, permission in self.roles:
            if me.role == role and (permission is None or permission in me.permissions):
                return
        raise NotYours

    def describe(self) -> list[str]:
        return [f"{role}:{permission}" if permission else role for role, permission in self.roles]


everybody = Rule((("public", None),))
residents = Rule((("resident", None),))


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
