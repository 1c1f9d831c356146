"""What files are taken, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from common.contracts.cases import (
    ENDED,
    AttachmentView,
    CaseIsOver,
    EnoughAttached,
    KindNotTaken,
    NotWhatItSays,
    ReasonNeeded,
    Status,
)
from common.contracts.cases.attachments import TooLateToRemove

MOST = 50  # files of one case
LONGEST_NAME = 100  # characters
OVER = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED})
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: how its name ends, and how it begins."""

    ending: str
    begins: re.Pattern[bytes]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "application/pdf": Kind(".pdf", re.compile(rb"%PDF-")),
        "image/jpeg": Kind(".jpg", re.compile(rb"\xff\xd8\xff")),
        "image/png": Kind(".png", re.compile(rb"\x89PNG\r\n\x1a\n")),
        "image/webp": Kind(".webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
        DOCX: Kind(".docx", re.compile(rb"PK\x03\x04")),
    }
)
MEDIA_TYPES = tuple(KINDS)
_ENDING = re.compile(r"\.[a-z0-9]{1,5}$", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^\w .,()&+-]")


def check_kind(media_type: str) -> None:
    """Raises KindNotTaken."""
    if media_type not in KINDS:
        raise KindNotTaken(possible=list(MEDIA_TYPES))


def check_beginning(content: bytes, media_type: str) -> None:
    """Raises NotWhatItSays where a file does not even begin as its kind does."""
    if not KINDS[media_type].begins.match(content):
        raise NotWhatItSays


def check_room(status: str, how_many: int) -> None:
    """Raises CaseIsOver or EnoughAttached where a case takes no more files."""
    if status in OVER:
        raise CaseIsOver
    if how_many >= MOST:
        raise EnoughAttached


def check_removing(status: str, *, result: str | None, officer: bool, reason: str | None) -> None:
    """Raises TooLateToRemove where a case was decided or ended and its person asks, ReasonNeeded of an officer without one."""
    if officer and reason is None:
        raise ReasonNeeded
    if not officer and (result is not None or status in ENDED):
        raise TooLateToRemove


def called(name: str | None, media_type: str) -> str:
    """What a file is called from now on: safe anywhere, without the folders it came from, and ending as its kind does."""
    last = re.split(r"[/\\]", name or "")[-1]
    stem = _NOT_IN_NAMES.sub("", _ENDING.sub("", last)).strip(" .")[:LONGEST_NAME]
    return (stem or "file") + KINDS[media_type].ending


def shown(attachment: Mapping[str, Any], *, protected: bool) -> AttachmentView:
    """An attachment as a reader sees it: of a protected person only that there is one, unless they are cleared."""
    return AttachmentView(
        attachment_id=attachment["id"],
        name=None if protected else attachment["name"],
        by=attachment["by_role"],
        protected=protected,
        **{name: attachment[name] for name in ("media_type", "size", "sha256", "scanned", "added_at", "removed_at")},
    )
