"""Tokens of the local issuer, for people and tests on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import yaml
from common.embedded.issuer import Issuer
from common.runtime.ids import new_id

from onedoor.home import Home
from onedoor.refusals import CannotDo, NeverStarted


def token(
    home: Home,
    role: str,
    *,
    councils: Sequence[str],
    subject: str | None = None,
    permissions: Sequence[str] = (),
    minutes: int = 5,
) -> str:
    """A bearer for `role` at these councils. Raises CannotDo for a council or subject that cannot be."""
    issuer = Issuer(home.root)
    if not issuer.private.exists():
        raise NeverStarted(f"nothing was ever started from {home.root}: run onedoor up")
    for council in councils:
        _refuse_unknown(council, home)
    return issuer.token(
        role,
        subject=_subject(role, subject),
        councils=councils,
        permissions=permissions or None,
        seconds=minutes * 60,
    )


def _refuse_unknown(council: str, home: Home) -> None:
    known = [entry["id"] for entry in yaml.safe_load(home.councils.read_text())["councils"]]
    if council not in known:
        raise CannotDo(f"there is no council {council}: there are {', '.join(known)}")


def _subject(role: str, subject: str | None) -> str:
    """Residents are people, and people have ids; everybody else has a name."""
    if role != "resident":
        return subject or f"{role}-local"
    try:
        return str(UUID(subject)) if subject else str(new_id())
    except ValueError:
        raise CannotDo(f"a resident's subject is a person's id, which {subject!r} is not") from None
