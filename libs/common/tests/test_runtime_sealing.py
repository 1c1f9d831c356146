"""Sealing a value, keeping a secret, finding by a digest: the arithmetic alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from common.contracts.keys import FACT_VALUE, TOLD_VALUE, KeyClass
from common.embedded.service_keys import new_secret
from common.runtime.keeping import sealing
from common.runtime.keeping.sealing import Key, KeyName, Swapped
from common.runtime.keeping.secrets import NotOurs, Secrets, letter_to
from common.runtime.settings import CannotServe

SPECIAL = KeyName(KeyClass.SPECIAL, 3)
PLACE = "partnership|fact.value|0199"


def a_key(name: KeyName = SPECIAL) -> Key:
    return Key(name, sealing.new_secret())


@pytest.mark.parametrize("value", ["oxygen", 184.5, True, None, ["a", "b"], {"lines": ["14 Weavers Row"]}, "é" * 2000])
def test_what_is_sealed_is_opened_where_it_belongs(value: Any) -> None:
    key = a_key()
    token = sealing.seal(key, value, place=PLACE)
    assert token.startswith("v1.special.3.")
    assert sealing.name_of(token) == SPECIAL
    assert sealing.opened(key, token, place=PLACE) == value


def test_the_same_value_is_never_sealed_to_the_same_text() -> None:
    key = a_key()
    assert len({sealing.seal(key, "oxygen", place=PLACE) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "place",
    ["northmere|fact.value|0199", "partnership|fact.evidence|0199", "partnership|note.value|0199", PLACE + "0"],
    ids=["council", "column", "table", "row"],
)
def test_a_value_that_was_put_elsewhere_is_refused(place: str) -> None:
    key = a_key()
    with pytest.raises(Swapped):
        sealing.opened(key, sealing.seal(key, "oxygen", place=PLACE), place=place)


def test_a_value_under_another_version_class_or_key_is_refused() -> None:
    key = a_key()
    token = sealing.seal(key, "oxygen", place=PLACE)
    others = [KeyName(KeyClass.SPECIAL, 4), KeyName(KeyClass.ADDRESS, 3)]
    for other in (a_key(), *(Key(name, key.secret) for name in others)):
        with pytest.raises(Swapped):
            sealing.opened(other, token, place=PLACE)


def test_a_value_that_was_changed_is_refused() -> None:
    key = a_key()
    head, _, body = sealing.seal(key, "oxygen", place=PLACE).rpartition(".")
    changed = bytearray(sealing.read(body))
    changed[-1] ^= 1
    for broken in (sealing.written(bytes(changed)), "", "!!!!"):
        with pytest.raises(Swapped):
            sealing.opened(key, f"{head}.{broken}", place=PLACE)


@pytest.mark.parametrize("token", ["", "v1.special.x.AA", "v2.special.1.AA", "v1.nothing.1.AA", "a plain text"])
def test_what_names_no_key_is_refused(token: str) -> None:
    with pytest.raises(Swapped):
        sealing.name_of(token)


def test_a_fact_is_bound_to_the_id_it_is_told_and_kept_under() -> None:
    told = {"id": "0199", "kind": "disability", "person_id": "p"}
    kept = {"fact_id": "0199", "kind": "disability", "person_id": "p"}
    assert TOLD_VALUE.place(told) == FACT_VALUE.place(kept) == PLACE
    assert FACT_VALUE.class_of(kept) is KeyClass.SPECIAL
    assert FACT_VALUE.class_of({**kept, "kind": "weekly_income"}) is None


def masters(count: int) -> list[bytes]:
    return [os.urandom(32) for _ in range(count)]


def test_a_wrapped_secret_is_unwrapped_by_its_service_as_what_it_is() -> None:
    one, other = Secrets(masters(1)), Secrets(masters(1))
    wrapped = one.wrap(b"secret", about="key|p|special|1")
    assert one.unwrap(wrapped, about="key|p|special|1") == b"secret"
    for secrets, about in ((other, "key|p|special|1"), (one, "key|p|special|2"), (one, "key|q|special|1")):
        with pytest.raises(NotOurs):
            secrets.unwrap(wrapped, about=about)


def test_a_new_secret_is_used_from_now_on_and_the_old_one_still_opens() -> None:
    old, new = masters(2)
    before, after = Secrets([old]), Secrets([new, old])
    wrapped = before.wrap(b"secret", about="it")
    assert after.unwrap(wrapped, about="it") == b"secret"
    assert not wrapped.startswith(after.current)
    assert after.wrap(b"secret", about="it").startswith(after.current)
    with pytest.raises(NotOurs):
        before.unwrap(after.wrap(b"secret", about="it"), about="it")
    assert after.receive(letter_to(before.public, b"secret", about="it"), about="it") == b"secret"
    assert after.blind("+447700900014", home="find_by.phone") == before.blind("+447700900014", home="find_by.phone")


def test_a_letter_is_opened_by_its_service_alone_and_for_what_it_was_sent() -> None:
    crm, engine = Secrets(masters(1)), Secrets(masters(1))
    letter = letter_to(crm.public, b"secret", about="case-crm|p|special|1")
    assert crm.receive(letter, about="case-crm|p|special|1") == b"secret"
    for secrets, about in ((engine, "case-crm|p|special|1"), (crm, "case-crm|p|special|2")):
        with pytest.raises(NotOurs):
            secrets.receive(letter, about=about)


def test_a_digest_finds_the_same_in_one_column_of_one_service_and_nothing_elsewhere() -> None:
    one, other = Secrets(masters(1)), Secrets(masters(1))
    digest = one.blind("+447700900014", home="find_by.phone")
    assert digest == one.blind("+447700900014", home="find_by.phone")
    assert "7700900014" not in digest
    others = [
        other.blind("+447700900014", home="find_by.phone"),
        one.blind("+447700900014", home="find_by.email"),
        one.blind("+447700900015", home="find_by.phone"),
    ]
    assert digest not in others


def test_a_file_without_secrets_is_refused_and_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(new_secret())
    assert Secrets.of(file).public
    for text in ("", "short\n", "not base64 at all \x00\n"):
        file.write_text(text)
        with pytest.raises(CannotServe) as refused:
            Secrets.of(file)
        assert text.strip() == "" or text.strip() not in str(refused.value)
    with pytest.raises(CannotServe):
        Secrets.of(tmp_path / "missing")
