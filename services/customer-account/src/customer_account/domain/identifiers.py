"""Numbers and addresses with a rule of their own: each is given in its one normal form, or refused in words without its value."""

from __future__ import annotations

import re

from common.contracts.people import (
    NotANationalInsuranceNumber,
    NotAnEmailAddress,
    NotAnNhsNumber,
    NotAPhoneNumber,
    NotAPostcode,
    NotAUprn,
)
from pydantic import EmailStr, TypeAdapter, ValidationError

_SPACES = re.compile(r"\s+")
_UPRN = re.compile(r"[0-9]{1,12}")
_NINO = re.compile(
    r"(?!BG|GB|NK|KN|TN|NT|ZZ)"  # pairs that were never given out
    r"[ABCEGHJ-PRSTW-Z]"  # no D F I Q U V
    r"[ABCEGHJ-NPRSTW-Z]"  # nor O
    r"[0-9]{6}[ABCD]"
)
_INVENTED_NINO = re.compile("QQ[0-9]{6}[ABCD]")  # never given out: what invented people have
_NHS_WEIGHTS = range(10, 1, -1)
_INWARD = "[0-9][ABD-HJLNP-UW-Z]{2}"  # no C I K M O V: they are misread
_FIRST, _SECOND = "[A-PR-UWYZ]", "[A-HK-Y]"
_OUTWARD = (
    f"{_FIRST}[0-9]{{1,2}}",
    f"{_FIRST}{_SECOND}[0-9]{{1,2}}",
    f"{_FIRST}[0-9][ABCDEFGHJKPSTUW]",
    f"{_FIRST}{_SECOND}[0-9][ABEHMNPRVWXY]",
)
_POSTCODE = re.compile(f"(?:GIR0AA|(?:{'|'.join(_OUTWARD)}){_INWARD})")
# The area of those who have no postcode: no fixed home, not known, abroad. Any letters follow it.
_NOWHERE = re.compile("ZZ99[0-9][A-Z]{2}")
_RELAY = re.compile(r"^18(?:001|002)")
_BETWEEN_DIGITS = re.compile(r"[\s().\-–/]+")
_TRUNK_ZERO = re.compile(r"^(\+44|0044)\s*\(0\)")
_OF_THE_KINGDOM = re.compile(r"\+44(?:[1235789][0-9]{9}|1[0-9]{8}|[58]00[0-9]{6})")
_OF_ANY_COUNTRY = re.compile(r"\+(?!44)[1-9][0-9]{6,14}")
_email: TypeAdapter[str] = TypeAdapter(EmailStr)


def uprn(text: str) -> str:
    """A unique property reference number, without zeros before it. Raises NotAUprn."""
    digits = _SPACES.sub("", text)
    plain = digits.lstrip("0")
    if not plain or not _UPRN.fullmatch(digits):
        raise NotAUprn
    return plain


def national_insurance_number(text: str, *, invented: bool = False) -> str:
    """Like AB123456C, by the rules of HM Revenue and Customs; where people are `invented`, also like QQ123456C.

    Raises NotANationalInsuranceNumber.
    """
    plain = _compact(text)
    if not (_NINO.fullmatch(plain) or (invented and _INVENTED_NINO.fullmatch(plain))):
        raise NotANationalInsuranceNumber
    return plain


def nhs_number(text: str) -> str:
    """Ten digits whose last is the check of the others (modulus 11; a check of 10 is never given out). Raises NotAnNhsNumber."""
    digits = _BETWEEN_DIGITS.sub("", text)
    if not re.fullmatch("[0-9]{10}", digits):
        raise NotAnNhsNumber
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _NHS_WEIGHTS, strict=False)) % 11
    if (11 - remainder) % 11 != int(digits[9]):
        raise NotAnNhsNumber
    return digits


def postcode(text: str) -> str:
    """In capitals, with one space before the last three characters. Raises NotAPostcode."""
    plain = _compact(text)
    if not (_POSTCODE.fullmatch(plain) or _NOWHERE.fullmatch(plain)):
        raise NotAPostcode
    return f"{plain[:-3]} {plain[-3:]}"


def phone(text: str) -> str:
    """A number as it is dialled from anywhere (E.164): +44… for one of the United Kingdom. Raises NotAPhoneNumber."""
    digits = _BETWEEN_DIGITS.sub("", _TRUNK_ZERO.sub(r"\1", text.strip()))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+44" + digits[1:]
    if not (_OF_THE_KINGDOM.fullmatch(digits) or _OF_ANY_COUNTRY.fullmatch(digits)):
        raise NotAPhoneNumber
    return digits


def relayed_phone(text: str) -> str:
    """The number behind Relay UK's prefix (18001 or 18002), which whoever rings puts before it again. Raises NotAPhoneNumber."""
    return phone(_RELAY.sub("", text.strip()))


def email(text: str) -> str:
    """An e-mail address, its provider in small letters. Raises NotAnEmailAddress."""
    try:
        return _email.validate_python(text)
    except ValidationError:
        raise NotAnEmailAddress from None  # the fault that is left out quotes the address


def _compact(text: str) -> str:
    return _SPACES.sub("", text).upper()
