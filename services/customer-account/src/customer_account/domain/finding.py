"""Finding people: how names, numbers and addresses are compared, and what is enough to look for somebody."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from common.contracts.people import FindPersons, RegisterPerson, TooLittleToGoOn

KEYS = ("name_key", "date_of_birth", "postcode", "phone", "email")
ENOUGH = (("email",), ("phone",), ("name_key", "date_of_birth"), ("name_key", "postcode"))
TELLS_NOTHING_NEW = ("name_key", "date_of_birth")  # that these fit says nothing of where somebody is
_NOT_IN_NAMES = re.compile(r"[\W_]+")
_DROPPED = str.maketrans("", "", "'’‘`´")


def name_key(name: str) -> str | None:
    """A name without case, accents and punctuation; None where nothing is left."""
    plain = unicodedata.normalize("NFKD", name.translate(_DROPPED)).casefold()
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _NOT_IN_NAMES.sub(" ", letters).strip() or None


def phone_key(phone: str) -> str:
    """A number as it is dialled from anywhere: +44 for one that begins with a single 0."""
    digits = phone.replace(" ", "")
    if digits.startswith("00"):
        return "+" + digits[2:]
    return "+44" + digits[1:] if digits.startswith("0") else digits


def postcode_key(postcode: str) -> str:
    return postcode.replace(" ", "").upper()


def postcode_written(key: str) -> str:
    """A postcode as it is written on an envelope."""
    return f"{key[:-3]} {key[-3:]}"


def email_key(email: str) -> str:
    return email.casefold()


def found_by(kind: str, value: Any) -> dict[str, Any]:
    """What a fact of this kind changes in what its person is found by."""
    match kind:
        case "full_name":
            return {"full_name": value, "name_key": name_key(value)}
        case "date_of_birth":
            return {"date_of_birth": date.fromisoformat(value)}
        case "postcode":
            return {"postcode": postcode_key(value), "postcode_shown": postcode_written(postcode_key(value))}
        case "phone":
            return {"phone": phone_key(value)}
        case "email":
            return {"email": email_key(value)}
    return {}


def no_longer_found_by(kind: str) -> dict[str, Any]:
    """What a person is not found by any more once no fact of this kind is held."""
    match kind:
        case "full_name":
            return {"full_name": None, "name_key": None}
        case "postcode":
            return {"postcode": None, "postcode_shown": None}
        case "date_of_birth" | "phone" | "email":
            return {kind: None}
    return {}


def same_value(kind: str, held: Any, told: Any) -> bool:
    """Whether two values say the same: a number with other spaces does, a name with another accent does not."""
    if kind in {"postcode", "phone", "email"}:
        return found_by(kind, held) == found_by(kind, told)
    return isinstance(held, bool) == isinstance(told, bool) and bool(held == told)


def keys_of(asked: FindPersons | RegisterPerson) -> dict[str, Any]:
    """What was said of a person, as it is compared; None where nothing was said."""
    return {
        "name_key": name_key(asked.full_name) if asked.full_name else None,
        "date_of_birth": asked.date_of_birth,
        "postcode": postcode_key(asked.postcode) if asked.postcode else None,
        "phone": phone_key(asked.phone) if asked.phone else None,
        "email": email_key(asked.email) if asked.email else None,
    }


def led_by(keys: dict[str, Any]) -> tuple[str, ...]:
    """The keys a search goes in by; the others only narrow it. Raises TooLittleToGoOn."""
    for enough in ENOUGH:
        if all(keys[name] is not None for name in enough):
            return enough
    raise TooLittleToGoOn
