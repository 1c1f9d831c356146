"""Whether two records are of one person: what is compared, how alike it is, and what is to be done about it. No I/O.

The model is Fellegi and Sunter's: each comparison finds the first of its levels that holds, and adds that level's weight,
log2(m / u), to the weight of any two records being one person. `match_weights.json` holds the weights, learned by Splink
(`training/learn_weights.py`),
which asks the same `COMPARISONS` in SQL; a test holds both
against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz.distance import JaroWinkler, Levenshtein

from customer_account.domain.finding import email_key, name_key, phone_key, postcode_key
from customer_account.domain.nicknames import ROOTS

KINDS = ("full_name", "date_of_birth", "postcode", "phone", "email", "national_insurance_number", "nhs_number")
ALIKE = 0.9  # of Jaro and Winkler's similarity: one slip of the pen in a name of usual length
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir", "dame"})


OF_ONE_PERSON = frozenset({"born", "nino", "nhs_number"})
_NUMBERS = frozenset({"phone", "email", "nino", "nhs_number"})
_SEALED = _NUMBERS | {"place"}
BEYOND_NAME_AND_BIRTH = frozenset({"place", "phone", "email", "nino", "nhs_number"})


class Band(StrEnum):
    """What is to be done about two records: they are one person, somebody is asked, or they are two people."""

    LINK = "link"
    ASK = "ask"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One record in the form in which it is compared. None where nothing is held."""

    given: str | None = None
    given_root: str | None = None
    family: str | None = None
    family_first: str | None = None
    family_last: str | None = None
    born: str | None = None
    born_swapped: str | None = None
    postcode: str | None = None
    district: str | None = None
    phone: str | None = None
    email: str | None = None
    nino: str | None = None
    nhs_number: str | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What is learned: `prior` for any two records, a weight for each level, and from where on to ask and to link."""

    prior: float
    levels: Mapping[str, Mapping[str, float]]
    ask_from: float
    link_from: float


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two records are: the weight, and the level each comparison came to, nothing said where one is silent."""

    weight: float
    levels: Mapping[str, str]


def compared(
    *,
    full_name: str | None = None,
    date_of_birth: date | None = None,
    postcode: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    nino: str | None = None,
    nhs_number: str | None = None,
) -> Compared:
    """A record as it is compared."""
    given, parts = _name(full_name or "")
    place = postcode_key(postcode) if postcode else None
    return Compared(
        given=given,
        given_root=ROOTS.get(given, given) if given else None,
        family="".join(parts) or None,
        family_first=parts[0] if parts else None,
        family_last=parts[-1] if parts else None,
        born=date_of_birth.isoformat() if date_of_birth else None,
        born_swapped=_swapped(date_of_birth) if date_of_birth else None,
        postcode=place,
        district=place[:-3] if place else None,
        phone=phone_key(phone) if phone else None,
        email=email_key(email) if email else None,
        nino=nino.replace(" ", "").upper() if nino else None,
        nhs_number=nhs_number.replace(" ", "") if nhs_number else None,
    )


def keys_of(one: Compared) -> frozenset[str]:
    """What records are looked up by: two that share none of these are not compared at all."""
    return frozenset(_keys(one))


def match(one: Compared, other: Compared, weights: Weights) -> Match:
    """How alike two records are."""
    levels = {name: level for name, asked in COMPARISONS.items() if (level := asked.level(one, other))}
    return Match(weights.prior + sum(weights.levels[name][level] for name, level in levels.items()), levels)


def band(found: Match, weights: Weights) -> Band:
    """What is to be done.

    That name and birth date fit is never enough to link: people share both. Whoever has another given name lives there
    too, unless their birth date or a number of theirs fits.
    """
    same = {name for name, level in found.levels.items() if level == "same"}
    other = {name for name, level in found.levels.items() if level == "other"}
    if found.weight < weights.ask_from or ("given" in other and not same & OF_ONE_PERSON):
        return Band.APART
    if found.weight >= weights.link_from and same & BEYOND_NAME_AND_BIRTH and not other & {"given", *OF_ONE_PERSON}:
        return Band.LINK
    return Band.ASK


def may_be(one: Compared, other: Compared, shared: Collection[str], weights: Weights) -> bool:
    """Whether two records could be more than apart, before what lies sealed of the other is opened.

    `other` is its name and birth date, `shared` the keys that both are looked up by. What is not known counts for as
    much as it could: two numbers that were the same would share their key.
    """
    known = {
        name: level for name, asked in COMPARISONS.items() if name not in _SEALED and (level := asked.level(one, other))
    }
    same = {name for name in _SEALED if any(key.startswith(f"{name}:") for key in shared)}
    if known.get("given") == "other" and known.get("born") != "same" and not same & OF_ONE_PERSON:
        return False
    most = weights.prior + sum(weights.levels[name][level] for name, level in known.items())
    # A place is a key only with the beginning of a name beside it, so it may be the same without being shared.
    begin_alike = _begins(one) & _begins(other)
    for name in _SEALED:
        if getattr(one, COMPARISONS[name].column) is not None:
            levels = weights.levels[name]
            could_be = name not in _NUMBERS and not begin_alike
            others = (weight for level, weight in levels.items() if could_be or level != "same")
            most += levels["same"] if name in same else max(0.0, *others)
    return most >= weights.ask_from


def _begins(one: Compared) -> set[str]:
    return {one.given_root[:3]} if one.given_root else set()


def _keys(one: Compared) -> Iterator[str]:
    for name in ("nhs_number", "nino", "email", "phone"):
        if held := getattr(one, name):
            yield f"{name}:{held}"
    given = one.given_root[:3] if one.given_root else None
    families = {one.family_first, one.family_last} - {None}
    if given and one.born:
        yield f"born:{one.born}:{given}"
    if given and one.postcode:
        yield f"place:{one.postcode}:{given}"
    if one.born:
        yield from (f"family:{one.born}:{str(family)[:3]}" for family in families)
        yield from (f"named:{one.born[:4]}:{given}:{str(family)[:4]}" for family in families if given)


def _name(full_name: str) -> tuple[str | None, list[str]]:
    """The first of the given names, and the parts of the family name, which may be joined by hyphens."""
    words = [word for word in full_name.split() if name_key(word) and name_key(word) not in TITLES]
    if not words:
        return None, []
    family = (name_key(words[-1]) or "").split() if len(words) > 1 else []
    return (name_key(words[0]) or "").replace(" ", "") or None, family


def _swapped(born: date) -> str | None:
    """The day taken for the month, where it could be one."""
    return f"{born.year:04}-{born.day:02}-{born.month:02}" if born.day <= 12 else None


# -- comparisons

Holds = Callable[[Compared, Compared], bool]


def _alike(name: str) -> Holds:
    return lambda one, other: (
        JaroWinkler.similarity(getattr(one, name), getattr(other, name), prefix_weight=0.1) >= ALIKE
    )


def _same(name: str) -> Holds:
    return lambda one, other: bool(getattr(one, name) == getattr(other, name))


def _turned_round(one: Compared, other: Compared) -> bool:
    return one.given == other.family and one.family == other.given


def _initial(one: Compared, other: Compared) -> bool:
    mine, theirs = str(one.given), str(other.given)
    return mine[0] == theirs[0] and min(len(mine), len(theirs)) == 1


def _part(one: Compared, other: Compared) -> bool:
    return bool({one.family_first, one.family_last} & {other.family_first, other.family_last})


def _slip(one: Compared, other: Compared) -> bool:
    return Levenshtein.distance(str(one.born), str(other.born)) == 1


def _by_default(one: Compared, other: Compared) -> bool:
    """Somebody whose day was not known was put down as born on 1 January."""
    mine, theirs = str(one.born), str(other.born)
    return mine[:4] == theirs[:4] and "-01-01" in (mine[4:], theirs[4:])


def _otherwise(one: Compared, other: Compared) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both records must hold for it to say anything, and its levels, the strictest first."""

    column: str
    levels: Mapping[str, Holds]
    silent: Holds = lambda one, other: False

    def level(self, one: Compared, other: Compared) -> str | None:
        """The first level that holds; None where it says nothing."""
        if getattr(one, self.column) is None or getattr(other, self.column) is None or self.silent(one, other):
            return None
        return next(level for level, holds in self.levels.items() if holds(one, other))


def _number(name: str) -> Comparison:
    return Comparison(name, {"same": _same(name), "other": _otherwise})


COMPARISONS: Mapping[str, Comparison] = {
    "given": Comparison(
        "given",
        {
            "same": _same("given"),
            "short_form": _same("given_root"),
            "turned_round": _turned_round,
            "alike": _alike("given"),
            "initial": _initial,
            "other": _otherwise,
        },
    ),
    "family": Comparison(
        "family",
        {"same": _same("family"), "part": _part, "alike": _alike("family"), "other": _otherwise},
        silent=_turned_round,  # the given name said so
    ),
    "born": Comparison(
        "born",
        {
            "same": _same("born"),
            "day_for_month": lambda one, other: one.born == other.born_swapped,
            "slip": _slip,
            "by_default": _by_default,
            "other": _otherwise,
        },
    ),
    "place": Comparison("postcode", {"same": _same("postcode"), "district": _same("district"), "other": _otherwise}),
    "phone": _number("phone"),
    "email": _number("email"),
    "nino": _number("nino"),
    "nhs_number": _number("nhs_number"),
}
