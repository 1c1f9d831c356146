"""What is wrong with a definition, said with the place where it is."""

from __future__ import annotations

from collections.abc import Iterable

Place = tuple[str | int, ...]


class Flaw(str):
    """A sentence that says what is wrong. `at` leads to it through the document: keys, and numbers in lists."""

    __slots__ = ("at",)
    at: Place

    def __new__(cls, why: str, *at: str | int) -> Flaw:
        flaw = super().__new__(cls, why)
        flaw.at = at
        return flaw


class Flawed(ValueError):
    """A definition that does not hang together, with its every flaw."""

    def __init__(self, flaws: Iterable[str]) -> None:
        self.flaws = [flaw if isinstance(flaw, Flaw) else Flaw(flaw) for flaw in flaws]
        super().__init__("; ".join(self.flaws))
