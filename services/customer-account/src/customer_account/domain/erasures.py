"""Erasing somebody: when every service has done its part, when it is asked again, and the page that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from html import escape

from common.contracts.people.erasing import ErasedHere, ErasureProofView
from common.contracts.people.rights import KeptByLaw

COPIES_KEPT = timedelta(days=31)
"""How long what services gave each other lies between them at most: an event for 21 days, a part of a package for 31."""
BACKUPS_OF_KEYS_KEPT = timedelta(days=14)
"""How long a backup of the database of keys is kept, apart from all others."""
ASK_ANYHOW_AFTER = timedelta(days=30)
LOOK_AGAIN = timedelta(days=1)
"""When it is looked again whether there is still a legal hold on somebody who is to be erased."""


def kept_for_now(kept: Iterable[KeptByLaw]) -> list[KeptByLaw]:
    """What is going to be erased, and is not yet."""
    return [each for each in kept if not each.for_good]


def ask_again_at(kept: Sequence[KeptByLaw], now: datetime) -> datetime:
    """When every service is asked again: once less of it has to be kept. Where nobody can say when, in a month."""
    days = [each.until + timedelta(days=1) for each in kept if each.until]
    anyhow = [now + ASK_ANYHOW_AFTER] if any(each.until is None for each in kept) else []
    return max(min([*(datetime.combine(day, time(), UTC) for day in days), *anyhow]), now + timedelta(hours=1))


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """What was erased in two rounds, together."""
    return {called: one.get(called, 0) + other.get(called, 0) for called in {**one, **other}}


def gone_on(moment: datetime | None, after: timedelta) -> date | None:
    """The day on which something is gone that is kept for so long."""
    return (moment + after).date() if moment else None


_STATUS = {
    "done": "Everything that had to go is gone.",
    "partly_done": "Everything that could go is gone. The law has us keep some of it for now: it goes by itself.",
    "under_way": "We are at it. Not every service has answered yet.",
}
_STYLE = "body{font:1.2em/1.5 sans-serif;max-width:40em;margin:2em auto;padding:0 1em;color:#0b0c0c;background:#fff}"


def page(proof: ErasureProofView) -> str:
    """The page, for everybody: headings and lists, no script, nothing from elsewhere. It names nobody."""
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex">',
            f"<title>What we erased</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>What we erased</h1>",
            f"<p>{_STATUS[proof.status]}</p>\n<p>It was decided on {_day(proof.granted_at)}.</p>",
            *(line for each in proof.services for line in _service(each)),
            *_copies(proof),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _service(here: ErasedHere) -> Iterator[str]:
    yield f"<h2>{escape(here.called)}</h2>"
    if here.at is None:
        yield "<p>This service has not answered yet. We wait for it.</p>"
        return
    yield (
        f"<p>Erased on {_day(here.at)}:</p>" if here.emptied else f"<p>Looked on {_day(here.at)}: nothing to erase.</p>"
    )
    yield from _list(f"{escape(called)}: {count}" for called, count in here.emptied.items())
    if here.kept:
        yield "<p>Kept:</p>"
        yield from _list(
            f"{escape(each.called)}: {each.records}, {_until(each)}. {escape(each.because)}" for each in here.kept
        )


def _copies(proof: ErasureProofView) -> Iterator[str]:
    yield "<h2>Copies</h2>"
    if proof.keys_destroyed_at:
        yield f"<p>The keys to what was sealed were destroyed on {_day(proof.keys_destroyed_at)}.</p>"
    if proof.backups_gone_on:
        yield (
            f"<p>Backups of keys are kept for {BACKUPS_OF_KEYS_KEPT.days} days at most: the last of them is gone on "
            f"{_day(proof.backups_gone_on)}.</p>"
        )
    if proof.copies_gone_on:
        yield (
            f"<p>What our services gave each other before is gone after {COPIES_KEPT.days} days at most: the last of it on "
            f"{_day(proof.copies_gone_on)}.</p>"
        )


def _until(kept: KeptByLaw) -> str:
    if kept.for_good:
        return "for good"
    return f"until {_day(kept.until)}" if kept.until else "until it is over"


def _list(lines: Iterable[str]) -> list[str]:
    items = [f"<li>{line}</li>" for line in lines]
    return ["<ul>", *items, "</ul>"] if items else []


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
