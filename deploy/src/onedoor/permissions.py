"""Which subjects a service may use on the broker: its own events, its own consumers, and asking others to say again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from common import contracts  # noqa: F401 - the whole catalogue of events
from common.contracts.base import Event
from common.contracts.cases import CaseEvent
from common.contracts.keys import KEY_OWNER, PURPOSES
from common.contracts.people.rights import RightsRequestEvent
from common.runtime.envelope import (
    ACCESS_AGGREGATE,
    ACCESS_STREAM,
    ATTACHMENTS,
    ATTACHMENTS_STREAM,
    EVENTS_STREAM,
    KEYS_STREAM,
    PACKAGES,
    PACKAGES_STREAM,
)
from common.runtime.saying.stream import inbox_of
from common.runtime.serving.sessions import ending, subject_of

ANYBODY = "any"  # the speaker of what every service says
STREAMS = (EVENTS_STREAM, ACCESS_STREAM, KEYS_STREAM, PACKAGES_STREAM, ATTACHMENTS_STREAM)
OPERATOR = {"publish": ["ask.>"], "subscribe": ["_INBOX.>"]}


def permissions(service: str, consumers: Mapping[str, str]) -> dict[str, list[str]]:
    """What the broker lets this service publish and subscribe to; `consumers` are its own, each with the stream it hears from."""
    known = {**consumers, **({f"{service}-keys": KEYS_STREAM} if service in {KEY_OWNER, *PURPOSES} else {})}
    return {
        "publish": [
            *_says(service),
            "ask.again.*",
            "ask.era.*",
            *_stream_api(),
            *_ended(service),
            *_consumer_api(known),
            *_packages(service),
            *_attachments(service),
            "_INBOX.>",
        ],
        "subscribe": [
            *(f"{inbox_of(service)}.>", f"ask.*.{service}", f"ask.again.{ANYBODY}"),
            *(f"deliver.{consumer}" for consumer in known),
            f"deliver.{service}-ended-sessions.*",
        ],
    }


def aggregates_of(service: str) -> list[str]:
    """What this service speaks of."""
    return sorted({event.aggregate for event in Event.catalogue.values() if event.speaker in {service, ANYBODY}})


def _says(service: str) -> Iterator[str]:
    for aggregate in aggregates_of(service):
        yield "access.>" if aggregate == ACCESS_AGGREGATE else f"evt.{aggregate}.>"
        yield f"again.*.{aggregate}.>"
    yield "again.*.done"
    if service == KEY_OWNER:
        yield "key.*"
    elif service in PURPOSES:
        yield f"key.{KEY_OWNER}.{service}"


def _stream_api() -> Iterator[str]:
    for stream in STREAMS:
        yield f"$JS.API.STREAM.INFO.{stream}"
        yield f"$JS.API.STREAM.CREATE.{stream}"


def _ended(service: str) -> Iterator[str]:
    """What ends tokens, which each process hears for itself."""
    for event in ending(service):
        yield f"$JS.API.CONSUMER.CREATE.{EVENTS_STREAM}.*.{subject_of(event)}"


def _packages(service: str) -> Iterator[str]:
    """Each puts parts into the object store, or takes back what it began; only who puts them together reads anything there."""
    yield f"$O.{PACKAGES}.>"
    yield f"$JS.API.STREAM.PURGE.{PACKAGES_STREAM}"
    if service == RightsRequestEvent.speaker:
        yield f"$JS.API.STREAM.MSG.GET.{PACKAGES_STREAM}"


def _attachments(service: str) -> Iterator[str]:
    """What is attached to cases is of the service that has them, and of no other."""
    if service == CaseEvent.speaker:
        yield f"$O.{ATTACHMENTS}.>"
        yield f"$JS.API.STREAM.PURGE.{ATTACHMENTS_STREAM}"
        yield f"$JS.API.STREAM.MSG.GET.{ATTACHMENTS_STREAM}"


def _consumer_api(consumers: Mapping[str, str]) -> Iterator[str]:
    """A consumer is made in the one stream it is for: in another it would let its service read what is not for it."""
    for consumer, stream in consumers.items():
        yield f"$JS.API.CONSUMER.INFO.{stream}.{consumer}"
        yield f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{consumer}"
        yield f"$JS.ACK.{stream}.{consumer}.>"
