"""A note as words: in one case, without accents, abbreviations written out, spelled numbers as digits. No pattern lives here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# What a street is called, with how that is shortened and misspelled.
STREETS = {
    "road": "rd",
    "street": "st str strt",
    "lane": "ln",
    "avenue": "ave av avenu",
    "crescent": "cres cresent cresc",
    "terrace": "terr ter",
    "gardens": "gdns gdn gardns",
    "grove": "gr grv",
    "mews": "mws",
    "cottages": "cotts cottage",
    "parade": "pde",
    "wharf": "",
    "embankment": "",
    "paddocks": "paddock",
    "alley": "",
    "wynd": "",
}
# The same, of words that mean much else: they count where they begin with a capital, or after a word such as "at".
STREETS_PERHAPS = {
    "close": "cl",
    "court": "ct",
    "drive": "dr drv",
    "place": "pl",
    "square": "sq",
    "way": "wy",
    "hill": "",
    "row": "",
    "rise": "",
    "park": "pk",
    "view": "vw",
    "yard": "yd",
    "walk": "wlk",
    "green": "grn",
    "meadow": "meadows",
    "house": "hse",
    "gate": "",
    "quay": "",
    "cross": "",
}
FULL = {short: full for full, shorts in {**STREETS, **STREETS_PERHAPS}.items() for short in (full, *shorts.split())} | {
    "apt": "flat",
    "apartment": "flat",
    "no": "number",
    "nr": "number",
}
_ONES = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SPELLED = {word: number for number, word in enumerate(_ONES.split(), 1)} | {
    word: 10 * number for number, word in enumerate(_TENS.split(), 2)
}
_WORD = re.compile(
    r"\d+(?:[.:]\d+)+|\d+(?:st|nd|rd|th)\b|\d+[a-z]?\b|\d+|[^\W\d_]+(?:['’][^\W\d_]+)*|[.;:!?](?=\s|$)|\n",
    re.IGNORECASE,
)
BREAK = "."
# A full stop after one of these ends no sentence.
_ABBREVIATED = {
    FULL.get(each, each)
    for each in ("st", "rd", "no", "ave", "cres", "cl", "dr", "ln", "sq", "terr", "gdns", "ct", "mr", "mrs")
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a note: as it is compared, and whether it was written with a capital."""

    text: str
    capital: bool = False

    @property
    def number(self) -> bool:
        """The number of a home: 27, or 17a."""
        return self.text.rstrip(LETTERS).isdecimal()


def plain(text: str) -> str:
    """Text in one case, without accents and apostrophes."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in letters if not unicodedata.combining(c) and c not in "'’")


def words_of(text: str) -> list[Word]:
    """The words of a note, in order. The end of a sentence is a word of its own: `BREAK`."""
    found: list[Word] = []
    for match in _WORD.findall(unicodedata.normalize("NFKC", text)):
        told = plain(match)
        if not told or not told[0].isalnum():
            abbreviated = match == "." and found and found[-1].text in _ABBREVIATED
            if not abbreviated:
                found.append(Word(BREAK))
        else:
            found.append(Word(FULL.get(told, told), match[0].isupper()))
    return _counted(found)


def _counted(words: list[Word]) -> list[Word]:
    """Spelled numbers as digits: "twenty-seven" is two words and one number."""
    found: list[Word] = []
    tens = False
    for word in words:
        number = _SPELLED.get(word.text)
        if number is not None and tens and number < 10:
            found[-1] = Word(str(int(found[-1].text) + number))
            tens = False
            continue
        found.append(word if number is None else Word(str(number)))
        tens = number is not None and number >= 20
    return found
