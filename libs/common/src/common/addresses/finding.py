"""Whether a note seems to have a postal address in it, known to us or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from common.addresses.words import BREAK, LETTERS, STREETS, STREETS_PERHAPS, Word, words_of

MOST_HOMES = 1000  # in one street
LONGEST_NAME = 3  # words between the number and what the street is: "9 Ferry Boat Lane"
_POSTCODE = re.compile(r"\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b", re.IGNORECASE)
_BEFORE_A_PLACE = {
    "at", "to", "in", "from", "of", "is", "on", "address", "adress", "addr", "number", "flat", "lives", "live", "living", "new",
    "friend", "staying", "stays", "moved", "lodges", "rents", "property", "house", "home", "behind", "near", "visited",
}  # fmt: skip
_HOMES = {"cottage", "cottages", "house", "lodge", "forge", "farm", "barn", "rectory", "vicarage", "mill", "bungalow"}
# What follows a number that counts something, and what no street is named after.
_SPOKEN = """
    a an and are as asked at be been but by call called calls came can copies day days did do does end euros evening every
    feet first for from gave get go had has have he her here him his hour hours i if in into is it its last left letters
    like list lost may me metres miles minute minutes mph month months more most moved my named names next no not now of
    off offered on only open or other our out over paid part past people percent place pm am points pounds put ref said same
    saw services she since so some spoke still than that their them then there they this times to today told took until up
    was way we week weeks went were when which who will with yards year years yesterday children january february march
    july august september october november december monday tuesday wednesday thursday friday saturday sunday
"""
_NO_NAMES = frozenset(_SPOKEN.split())


def has_address(text: str) -> bool:
    """Whether a postal address seems to be in a text: a postcode, a numbered home, a flat, or a named house in a street."""
    if _POSTCODE.search(text):
        return True
    words = words_of(text)
    return any(_begins_here(words, at) for at in range(len(words)))


def names_street(text: str) -> bool:
    """Whether a street is named in a text, numbered or not: stricter than `has_address`, and oftener wrong."""
    words = words_of(text)
    named = (words[at] for at in range(1, len(words)) if _is_name(words[at - 1]) and words[at - 1].text != "the")
    return any(_is_street(word, placed=False) for word in named)


def _begins_here(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.number:
        return int(word.text.rstrip(LETTERS)) < MOST_HOMES and (_in_a_street(words, at) or _after_the_street(words, at))
    if word.text == "flat":
        return at + 1 < len(words) and words[at + 1].number
    return word.text in _HOMES and _named_house(words, at)


def _in_a_street(words: Sequence[Word], at: int) -> bool:
    """12 Mill Lane; 4b Weavers Row; 8 The Paddocks."""
    return _street_at(words, at + 1, placed=_placed(words, at))


def _placed(words: Sequence[Word], at: int) -> bool:
    """Whether the words before a number say that somebody is, or something goes, there."""
    return any(word.text in _BEFORE_A_PLACE for word in words[max(0, at - 3) : at])


def _street_at(words: Sequence[Word], start: int, *, placed: bool) -> bool:
    """Whether a street is named from here on: one to three words of a name, and what it is."""
    if start < len(words) and words[start].text == "the":
        return start + 1 < len(words) and _is_street(words[start + 1], placed=placed)
    for length in range(1, LONGEST_NAME + 1):
        end = start + length
        if end >= len(words) or not _is_name(words[end - 1]):
            return False
        if _is_street(words[end], placed=placed):
            return True
    return False


def _is_name(word: Word) -> bool:
    return not word.number and word.text != BREAK and word.text[0].isalpha() and word.text not in _NO_NAMES


def _is_street(word: Word, *, placed: bool) -> bool:
    return word.text in STREETS or (word.text in STREETS_PERHAPS and (word.capital or placed))


def _after_the_street(words: Sequence[Word], at: int) -> bool:
    """Abbey Street, number 21."""
    return at >= 3 and words[at - 1].text == "number" and words[at - 2].text in STREETS and _is_name(words[at - 3])


def _named_house(words: Sequence[Word], at: int) -> bool:
    """Rose Cottage, Church Lane; Ivy Cottage on Back Lane."""
    if at == 0 or not _is_name(words[at - 1]):
        return False
    street = at + 2 if at + 1 < len(words) and words[at + 1].text in {"on", "in", "at", "off"} else at + 1
    return _street_at(words, street, placed=False)
