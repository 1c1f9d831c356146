"""Organisations: the numbers they are registered by, and who speaks for them on which days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.people.organisations import (
    ContactDaysContradict,
    ContactPersonAlready,
    ContactRole,
    NoSuchContactPerson,
    NotACharityNumber,
    NotACompanyNumber,
)
from pydantic import BaseModel, ConfigDict, TypeAdapter

_BETWEEN = re.compile(r"[\s.\-/]+")
_COMPANY = re.compile(r"[0-9]{8}|[A-Z]{2}[0-9]{6}")
_CHARITY = re.compile(r"[1-9][0-9]{5,6}|SC[0-9]{6}|NIC[0-9]{6}")
_COMPANY_DIGITS = 8


def company_number(text: str | None) -> str | None:
    """With all its eight characters: a number is often written without the zeros before it. Raises NotACompanyNumber."""
    if text is None:
        return None
    plain = _BETWEEN.sub("", text).upper()
    if plain.isascii() and plain.isdigit():
        plain = plain.zfill(_COMPANY_DIGITS)
    if not _COMPANY.fullmatch(plain):
        raise NotACompanyNumber
    return plain


def charity_number(text: str | None) -> str | None:
    """As the register of its country writes it. Raises NotACharityNumber."""
    if text is None:
        return None
    plain = _BETWEEN.sub("", text).upper()
    if not _CHARITY.fullmatch(plain):
        raise NotACharityNumber
    return plain


class Contact(BaseModel):
    """Somebody who speaks for an organisation, as it is kept: from a first to a last day."""

    model_config = ConfigDict(frozen=True)

    person_id: UUID
    role: ContactRole
    first_day: date
    last_day: date | None = None


_contacts = TypeAdapter(list[Contact])


def contacts_of(document: Any) -> list[Contact]:
    """Contact persons from how they are kept."""
    return _contacts.validate_python(document)


def as_kept(contacts: Sequence[Contact]) -> Any:
    """Contact persons as they are kept."""
    return _contacts.dump_python(list(contacts), mode="json")


def add(contacts: Sequence[Contact], new: Contact) -> list[Contact]:
    """All of them with a new one. Who spoke for it before in that role does so again. Raises ContactPersonAlready."""
    same = _same(contacts, new.person_id, new.role)
    if same is not None and (same.last_day is None or same.last_day >= new.first_day):
        raise ContactPersonAlready
    return [*(each for each in contacts if each is not same), new]


def end(contacts: Sequence[Contact], person_id: UUID, role: ContactRole, *, last_day: date) -> list[Contact]:
    """All of them, one with a last day. Raises NoSuchContactPerson or ContactDaysContradict."""
    found = _same(contacts, person_id, role)
    if found is None:
        raise NoSuchContactPerson
    if last_day < found.first_day:
        raise ContactDaysContradict
    ended = found.model_copy(update={"last_day": last_day})
    return [ended if each is found else each for each in contacts]


def _same(contacts: Sequence[Contact], person_id: UUID, role: ContactRole) -> Contact | None:
    return next((each for each in contacts if (each.person_id, each.role) == (person_id, role)), None)
