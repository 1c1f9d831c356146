"""Numbers and addresses with a rule of their own: each has one normal form, and what is none is refused without its value."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from common.contracts.base import Refusal
from common.contracts.people import (
    NotANationalInsuranceNumber,
    NotAnEmailAddress,
    NotAnNhsNumber,
    NotAPhoneNumber,
    NotAPostcode,
    NotAUprn,
)
from customer_account.domain import identifiers
from hypothesis import assume, given
from hypothesis import strategies as st

Reads = Callable[[str], str]
READERS: list[tuple[Reads, type[Refusal]]] = [
    (identifiers.uprn, NotAUprn),
    (identifiers.national_insurance_number, NotANationalInsuranceNumber),
    (identifiers.nhs_number, NotAnNhsNumber),
    (identifiers.postcode, NotAPostcode),
    (identifiers.phone, NotAPhoneNumber),
    (identifiers.relayed_phone, NotAPhoneNumber),
    (identifiers.email, NotAnEmailAddress),
]


@pytest.mark.parametrize(
    ("reads", "text", "normal"),
    [
        (identifiers.uprn, "1", "1"),
        (identifiers.uprn, "000100023336", "100023336"),
        (identifiers.uprn, "1000 2333 6956", "100023336956"),
        (identifiers.national_insurance_number, "ab 12 34 56 c", "AB123456C"),
        (identifiers.national_insurance_number, "JK987654D", "JK987654D"),
        (identifiers.nhs_number, "943 476 5919", "9434765919"),
        (identifiers.nhs_number, "9434765870", "9434765870"),
        (identifiers.nhs_number, "999-000-0018", "9990000018"),
        (identifiers.postcode, "zz991ab", "ZZ99 1AB"),
        (identifiers.postcode, "ZZ99 3vz", "ZZ99 3VZ"),
        (identifiers.postcode, "  m1  1ae ", "M1 1AE"),
        (identifiers.postcode, "B338TH", "B33 8TH"),
        (identifiers.postcode, "CR2 6XH", "CR2 6XH"),
        (identifiers.postcode, "DN55 1PT", "DN55 1PT"),
        (identifiers.postcode, "W1A 0AX", "W1A 0AX"),
        (identifiers.postcode, "EC1A 1BB", "EC1A 1BB"),
        (identifiers.postcode, "gir0aa", "GIR 0AA"),
        (identifiers.postcode, "BF1 4AB", "BF1 4AB"),
        (identifiers.phone, "07700 900123", "+447700900123"),
        (identifiers.phone, "+44 7700 900123", "+447700900123"),
        (identifiers.phone, "+44 (0) 7700 900123", "+447700900123"),
        (identifiers.phone, "0044 (0)7700-900-123", "+447700900123"),
        (identifiers.phone, "0044 7700 900123", "+447700900123"),
        (identifiers.phone, "(01632) 960 001", "+441632960001"),
        (identifiers.phone, "016977 2000", "+44169772000"),
        (identifiers.phone, "+353 1 555 0123", "+35315550123"),
        (identifiers.phone, "00 48 22 555 01 23", "+48225550123"),
        (identifiers.relayed_phone, "18001 01632 960001", "+441632960001"),
        (identifiers.relayed_phone, "07700900123", "+447700900123"),
        (identifiers.email, "Margaret@EXAMPLE.org", "Margaret@example.org"),
    ],
)
def test_what_is_written_in_several_ways_is_kept_in_one(reads: Reads, text: str, normal: str) -> None:
    assert reads(text) == normal
    assert reads(normal) == normal


def test_only_invented_people_have_a_number_that_nobody_was_given() -> None:
    assert identifiers.national_insurance_number("qq 12 34 56 c", invented=True) == "QQ123456C"
    with pytest.raises(NotANationalInsuranceNumber):
        identifiers.national_insurance_number("BG123456C", invented=True)


@pytest.mark.parametrize(
    ("reads", "text"),
    [
        *((identifiers.uprn, text) for text in ("", "0", "000000000000", "1234567890123", "12a", "-1", "1.5", "١٢")),
        *(
            (identifiers.national_insurance_number, f"{pair}123456C")
            for pair in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ", "QQ", "AO", *(f"{c}A" for c in "DFIQUV"), "AD", "AV")
        ),
        *(
            (identifiers.national_insurance_number, text)
            for text in ("", "AB123456E", "AB123456", "AB12345C", "A1234567C", "AB1234567")
        ),
        *(
            (identifiers.nhs_number, text)
            for text in ("", "9434765918", "943476591", "94347659190", "943476591X", "9990000000")
        ),
        *(
            (identifiers.postcode, text)
            for text in ("", "M1", "M1 1A", "M1 AE1", "Q1 1AE", "V1 1AE", "X1 1AE", "AI1 1AE", "AJ1 1AE", "AZ1 1AE")
        ),
        *((identifiers.postcode, f"M1 1{letter}E") for letter in "CIKMOV"),
        *((identifiers.postcode, f"M1 1A{letter}") for letter in "CIKMOV"),
        *(
            (identifiers.postcode, text)
            for text in ("W1I 0AX", "EC1C 1BB", "ABC1 1AA", "GIR 0AB", "ZZ98 1AB", "M123 1AE")
        ),
        *(
            (identifiers.phone, text)
            for text in ("", "999", "07700 9001", "07700 9001234", "7700900123", "07700 900ABC", "+44 0770 090012")
        ),
        *(
            (identifiers.phone, text)
            for text in ("+0 123456789", "++447700900123", "+1234", "+1234567890123456", "04 1234567")
        ),
        *((identifiers.email, text) for text in ("", "margaret", "margaret@", "@example.org", "a b@example.org")),
    ],
)
def test_what_is_none_is_refused_in_words_that_say_the_rule_and_not_the_value(reads: Reads, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        reads(text)
    assert type(refused.value) is dict(READERS)[reads]
    assert len(text) < 3 or text not in refused.value.title + refused.value.detail
    assert not refused.value.members


@pytest.mark.parametrize(("reads", "refusal"), READERS)
@given(text=st.text(max_size=40))
def test_whatever_is_typed_is_given_in_a_form_that_stays_or_is_refused(
    reads: Reads, refusal: type[Refusal], text: str
) -> None:
    try:
        normal = reads(text)
    except refusal:
        return
    assert reads(normal) == normal


@given(number=st.integers(min_value=1, max_value=10**12 - 1), zeros=st.integers(min_value=0, max_value=11))
def test_zeros_before_a_uprn_say_nothing(number: int, zeros: int) -> None:
    text = "0" * zeros + str(number)
    assume(len(text) <= 12)
    assert identifiers.uprn(text) == str(number)


@given(digits=st.text("0123456789", min_size=9, max_size=9))
def test_nine_digits_have_one_last_digit_at_most_and_none_where_it_would_be_ten(digits: str) -> None:
    def fits(last: int) -> bool:
        try:
            return identifiers.nhs_number(f"{digits}{last}") != ""
        except NotAnNhsNumber:
            return False

    check = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits)) % 11
    assert [last for last in range(10) if fits(last)] == ([] if check == 10 else [check % 11])


@given(national=st.from_regex(r"7[0-9]{9}", fullmatch=True), before=st.sampled_from(["0", "+44", "0044", "+44 (0)"]))
def test_a_number_of_the_kingdom_is_the_same_however_one_begins_it(national: str, before: str) -> None:
    assume(re.fullmatch("[0-9]+", national))
    assert identifiers.phone(f"{before}{national[:4]} {national[4:]}") == f"+44{national}"
