"""Whether a note says an address that is held of somebody, in whatever way it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from common.addresses.words import BREAK, FULL, STREETS, STREETS_PERHAPS, Word, plain, words_of

_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")
_NOT_KEPT = re.compile(r"[\W_]+")
SHORTEST = 4  # letters: less than that is in half of all words
DIGITS = 7  # of a phone number, without the country's


def says_held(text: str, held: Iterable[str]) -> bool:
    """Whether a text says one of these addresses, or the street or the postcode of one; or a held number or e-mail address."""
    bare = _NOT_KEPT.sub("", plain(text))
    written_out = "".join(word.text for word in words_of(text) if word.text != BREAK)
    return any(each in bare or each in written_out for value in held for each in _telling(value))


def _telling(value: str) -> Iterator[str]:
    """What gives a held value away, without spaces."""
    bare = _NOT_KEPT.sub("", plain(value))
    if bare.isdecimal():
        if len(bare) >= DIGITS:
            yield bare[-max(DIGITS, len(bare) - 2) :]
        return
    if len(bare) >= SHORTEST:
        yield bare
    yield from _POSTCODE.findall(bare)
    words = words_of(value)
    for at, word in enumerate(words):
        if word.text in STREETS or word.text in STREETS_PERHAPS:
            yield from _ways_to_write(words, at)


def _ways_to_write(words: list[Word], at: int) -> Iterator[str]:
    """A street by its name and what it is, that being written out, shortened or misspelled; a numbered one with its number."""
    begin = at
    while begin > 0 and words[begin - 1].text != BREAK and not words[begin - 1].number:
        begin -= 1
    name = "".join(word.text for word in words[begin:at])
    if begin < at and words[begin].text in {"flat", "number"}:
        return
    number = words[begin - 1].text if begin > 0 and words[begin - 1].number else ""
    shorts = [short for short, full in FULL.items() if full == words[at].text]
    for form in shorts:
        street = name + form
        if len(name) >= SHORTEST - 1:
            yield street
        elif number:
            yield number + street
