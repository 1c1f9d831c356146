"""Numbers and addresses that are written by a rule of their own: what a person is told where one is not."""

from __future__ import annotations

from common.contracts.base import Refusal


class NotAUprn(Refusal, status=422):
    """The unique number of a property (UPRN) has 1 to 12 digits, and is not zero."""


class NotANationalInsuranceNumber(Refusal, status=422):
    """A National Insurance number has two letters, six digits and a last letter A, B, C or D. Some first letters are never used."""


class NotAnNhsNumber(Refusal, status=422):
    """An NHS number has 10 digits, and the last one must fit the others."""


class NotAPostcode(Refusal, status=422):
    """A postcode has two parts: one or two letters and a number, then a digit and two letters."""


class NotAPhoneNumber(Refusal, status=422):
    """A phone number begins with 0 and has 10 or 11 digits, or begins with + and the number of its country."""


class NotAnEmailAddress(Refusal, status=422):
    """An e-mail address has a name, an @ and the name of its provider, with a dot in it."""
