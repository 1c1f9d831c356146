"""Files as they are sent: what their senders call them is read where it can be, and stops nobody where it cannot."""

from __future__ import annotations

import pytest
from common.runtime.files import Upload
from fastapi import Request


def called(disposition: str | None) -> str | None:
    headers = [] if disposition is None else [(b"content-disposition", disposition.encode("latin-1"))]
    return Upload(Request({"type": "http", "headers": headers})).name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (None, None),
        ("attachment", None),
        ('attachment; filename="the bin.jpg"', "the bin.jpg"),
        ("attachment; filename*=UTF-8''y%20bin.jpg", "y bin.jpg"),
        ("attachment; filename*=bogus'encoding'%41.jpg", "A.jpg"),
    ],
)
def test_a_file_is_called_as_its_sender_says(disposition: str | None, name: str | None) -> None:
    assert called(disposition) == name


@pytest.mark.parametrize(
    "disposition",
    [
        "attachment; filename*=idna''%ff",
        "attachment; filename*=undefined''abc",
        "attachment; filename*=\x00''a",
        "attachment; filename*=utf-8''a; filename*0*=b'c'd",
    ],
)
def test_what_calls_it_nothing_that_can_be_read_calls_it_nothing(disposition: str) -> None:
    assert called(disposition) is None
