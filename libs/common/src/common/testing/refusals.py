"""Refusals under test: that an answer is a problem as it is documented, and the golden file of what is refused how."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import httpx

from common.runtime.problems import MEDIA_TYPE

PLANTED = "Priya"  # in what is sent wrongly: it must not be in the answer


def refused(answer: httpx.Response, *, case: str) -> str:
    """The status and title of a refusal, as the golden file has them. Fails where it is not a problem as documented."""
    assert answer.is_error, f"{case} was not refused: {answer.status_code}"
    assert answer.headers["content-type"] == MEDIA_TYPE, case
    told = answer.json()
    assert told["type"].startswith("/problems/"), case
    assert told["status"] == answer.status_code, case
    for sentence in (told["title"], told.get("detail", "-")):
        assert str(sentence).strip() == sentence != "", case
    assert PLANTED.lower() not in answer.text.lower(), f"{case}: what was sent is said back"
    return f"{answer.status_code} → {told['title']}"


def agrees(golden: Path, lines: Iterable[str]) -> None:
    """Fail where `lines` are not those of the file. ONEDOOR_WRITE_GOLDEN=1 writes it anew, for you to read."""
    text = "".join(f"{line}\n" for line in lines)
    if os.environ.get("ONEDOOR_WRITE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()
