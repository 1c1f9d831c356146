"""An invented population whose duplicates are known: what the weights are learned from, and what they are tried on.

Nobody in it is real: names are put together from lists, numbers are drawn, postcodes are of the pseudo area ZZ. People
live in households, so that many share a name, a place and a telephone and are not one person. The second record of
somebody is written by another hand years later: short forms, slips, names turned round, moves, new numbers, gaps.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from customer_account.domain.nicknames import ROOTS

GIVEN = """
oliver george harry noah jack leo oscar charlie jacob thomas william james henry alfred joseph david samuel john
daniel michael robert peter paul andrew mark stephen christopher simon philip anthony alan kevin brian graham keith
mohammed ali omar yusuf imran tariq arjun rohan sanjay marcin piotr tomasz pawel andrei ion wei jun kwame kofi tunde
olivia amelia isla ava mia ivy lily isabella sophie grace emily jessica charlotte emma sarah rebecca laura rachel
margaret susan patricia christine jean linda barbara dorothy joan elizabeth catherine helen janet ann mary joyce
fatima aisha zainab priya anjali meera sunita ewa katarzyna malgorzata zofia elena ioana mei lin ama abena ngozi
victoria nicola joanne karen tracey sharon alison julie deborah jacqueline amanda samantha louise claire kerry
""".split()  # noqa: SIM905 - a list of strings is longer, and says no more
ELSEWHERE = """
smith jones taylor brown williams wilson johnson davies patel wright walker white edwards green hall thomas clarke khan
jackson roberts begum ahmed singh kaur hussain ali nowak kowalski wisniewski lewandowska popescu ionescu chen li wang
nguyen okafor mensah adeyemi owusu murphy kelly ryan oconnor macdonald campbell stewart evans hughes morgan price
""".split()  # noqa: SIM905 - as above
BEGIN = """
ash birch black brad brook burn car clay cold cran dal darn den drew east elm fair far gar glen gold gran green hal hart
haw hazel hol kirk lang lind long mar mel mill mor nor oak pen rad red rock sand shaw sher stan still sut thorn wal wash
west whit wind wood
""".split()  # noqa: SIM905 - as above
END = "ley ton ham ford field wood well bury worth by den dale more shaw son man smith wick stone bridge".split()  # noqa: SIM905
TODAY = date(2026, 11, 1)
LEFT_OUT = {"date_of_birth": 0.06, "postcode": 0.08, "phone": 0.3, "email": 0.4, "nino": 0.6, "nhs_number": 0.6}


@dataclass(frozen=True, slots=True)
class Record:
    """What one council holds of somebody. `person` says who it truly is: nothing is compared by it."""

    person: int
    full_name: str
    date_of_birth: date | None
    postcode: str | None
    phone: str | None
    email: str | None
    nino: str | None
    nhs_number: str | None


def population(records: int, *, seed: int) -> list[Record]:
    """So many records, in no order: about a sixth are a second or third record of somebody who is there already."""
    chance = random.Random(seed)  # noqa: S311 - the same people for the same seed
    found: list[Record] = []
    for record in _people(chance):
        found.append(record)
        while len(found) < records and chance.random() < 0.17:
            found.append(_told_again(record, chance))
        if len(found) >= records:
            break
    chance.shuffle(found)
    return found


def _people(chance: random.Random) -> Iterator[Record]:
    """People, nearly half of them with others who live with them."""
    families = [*ELSEWHERE, *(begin + end for begin in BEGIN for end in END)]
    chance.shuffle(families)
    common = [1 / (rank + 12) for rank in range(len(families))]
    number = 0
    while True:
        family = chance.choices(families, common)[0]
        first = _somebody(number, family, chance)
        household = [first]
        for _ in range(chance.choices((0, 1, 2, 3), (55, 25, 12, 8))[0]):
            household.append(_lives_with(first, number + len(household), family, chance))
        number += len(household)
        yield from household


def _somebody(number: int, family: str, chance: random.Random) -> Record:
    given = chance.choices(GIVEN, [1 / (rank + 10) for rank in range(len(GIVEN))])[0]
    born = TODAY - timedelta(days=chance.randrange(18 * 365, 92 * 365))
    return Record(
        person=number,
        full_name=f"{given} {family}".title(),
        date_of_birth=born if chance.random() < 0.93 else None,
        postcode=_postcode(chance) if chance.random() < 0.92 else None,
        phone=_phone(chance) if chance.random() < 0.65 else None,
        email=f"{given}.{family}{chance.randrange(1000)}@example.org" if chance.random() < 0.5 else None,
        nino=_nino(chance) if chance.random() < 0.25 else None,
        nhs_number=_nhs_number(chance) if chance.random() < 0.2 else None,
    )


def _lives_with(first: Record, number: int, family: str, chance: random.Random) -> Record:
    """A spouse, a child, a twin, or a parent with the same name: who shares much and is somebody else."""
    other = replace(_somebody(number, family, chance), postcode=first.postcode)
    if chance.random() < 0.4:
        other = replace(other, phone=first.phone)
    if chance.random() < 0.15:
        other = replace(other, email=first.email)
    kind = chance.random()
    if kind < 0.02:
        return replace(other, date_of_birth=first.date_of_birth)  # a twin
    if kind < 0.05 and first.date_of_birth:
        older = first.date_of_birth - timedelta(days=chance.randrange(20 * 365, 35 * 365))
        return replace(other, full_name=first.full_name, date_of_birth=older)
    return other


def _told_again(record: Record, chance: random.Random) -> Record:
    """The same person, written down once more: years later, by somebody else, in a hurry."""
    again = replace(record, full_name=_name_again(record.full_name, chance))
    if again.date_of_birth:
        again = replace(again, date_of_birth=_born_again(again.date_of_birth, chance))
    if chance.random() < 0.18:
        again = replace(again, postcode=_postcode(chance))
    if chance.random() < 0.2:
        again = replace(again, phone=_phone(chance))
    if chance.random() < 0.12:
        again = replace(again, email=f"new{chance.randrange(10**6)}@example.org")
    if again.nino and chance.random() < 0.02:
        again = replace(again, nino=_nino(chance))  # a spouse's, or misread
    if again.nhs_number and chance.random() < 0.02:
        again = replace(again, nhs_number=_nhs_number(chance))
    for name, share in LEFT_OUT.items():
        if chance.random() < share:
            again = replace(again, **{name: None})  # type: ignore[arg-type]  # a column that may be empty
    return again


def _name_again(name: str, chance: random.Random) -> str:
    given, family = name.lower().split(" ", 1)
    kind = chance.random()
    forms = [form for form, root in ROOTS.items() if root == given]
    if kind < 0.12 and forms:
        given = chance.choice(forms)
    elif kind < 0.16:
        given = _slip(given, chance)
    elif kind < 0.18:
        given = given[0]
    elif kind < 0.22:
        family = _slip(family, chance)
    elif kind < 0.245:
        family = chance.choice(ELSEWHERE)
    elif kind < 0.265:
        family = f"{family}-{chance.choice(ELSEWHERE)}"
    elif kind < 0.28:
        given, family = family, given
    elif kind < 0.33:
        given = f"{chance.choice(('Mr', 'Mrs', 'Ms', 'Dr'))} {given} {chance.choice(GIVEN)}"
    return f"{given} {family}".title()


def _born_again(born: date, chance: random.Random) -> date:
    kind = chance.random()
    if kind < 0.02 and born.day <= 12:
        return date(born.year, born.day, born.month)
    if kind < 0.03:
        return date(born.year, 1, 1)
    if kind < 0.05:
        return born.replace(day=chance.randrange(1, 29))
    return born


def _slip(word: str, chance: random.Random) -> str:
    """A letter too few, too many, wrong, or two the other way round."""
    at = chance.randrange(1, len(word)) if len(word) > 1 else 0
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    before, here, after = word[:at], word[at : at + 1], word[at + 1 :]
    turned = before[:-1] + here + before[-1:] + after
    return chance.choice((before + after or word, before + letter + here + after, before + letter + after, turned))


def _postcode(chance: random.Random) -> str:
    letters = "ABDEFGHJLN"
    return f"ZZ{chance.randrange(1, 100)} {chance.randrange(10)}{chance.choice(letters)}{chance.choice(letters)}"


def _phone(chance: random.Random) -> str:
    return f"07700 9{chance.randrange(10**5):05}"


def _nino(chance: random.Random) -> str:
    return f"QQ{chance.randrange(10**6):06}{chance.choice('ABCD')}"


def _nhs_number(chance: random.Random) -> str:
    return f"999{chance.randrange(10**7):07}"
