"""How many text messages a text takes: 160 plain characters in one, 70 where one of them is not in the alphabet of phones."""

from __future__ import annotations

MOST_PARTS = 4
_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")


def parts(text: str) -> int:
    """How many text messages it is sent as, at least one."""
    if set(text) <= _PLAIN | _TWICE:
        return _needed(len(text) + sum(letter in _TWICE for letter in text), alone=160, joined=153)
    return _needed(len(text.encode("utf-16-le")) // 2, alone=70, joined=67)


def _needed(length: int, *, alone: int, joined: int) -> int:
    return 1 if length <= alone else -(-length // joined)
