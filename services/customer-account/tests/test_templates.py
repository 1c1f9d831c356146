"""Templates of messages hang together or stop the start; words come in the reader's language, and name no place unsafely."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from common.contracts.people import MessageChannel
from customer_account.domain.segments import parts
from customer_account.domain.templates import Style, Template, render, template_of
from customer_account.queries.choices import preference_choices
from customer_account.queries.templates import FOLDER, BrokenTemplate, message_templates, read_template

WRITTEN = (FOLDER / "request_received.yaml").read_text()
VALUES = {"reference": "NBC-00042-7"}
NORTHMERE = ("northmere", "Northmere Council")


def changed(*path: str, to: Any = None) -> str:
    """The release's template with one thing in it another, or taken away."""
    document: Any = yaml.safe_load(WRITTEN)
    place = document
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return yaml.safe_dump(document)


def read(text: str) -> Template:
    return read_template(text, name="request_received.yaml", choices=preference_choices())


def words(channel: MessageChannel, **told: Any) -> Any:
    language = told.pop("language", None)
    return render(read(WRITTEN), channel, VALUES, council=NORTHMERE, language=language, **told)


def test_every_template_of_the_release_is_read() -> None:
    assert set(message_templates()) == {file.stem for file in Path(FOLDER).glob("*.yaml")}
    assert all({"en", "cy", "pl"} <= set(each.languages) for each in message_templates().values())


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (changed("languages", "cy", "text", to="{council}: {answer_by}"), "cy: nobody gives it answer_by"),
        (changed("languages", "en", "text", to="{reference.__class__}"), "en: nobody gives it reference.__class__"),
        (changed("languages", "en", "text", to="{reference!r}"), "en: nobody gives it reference!r"),
        (changed("languages", "pl", "text", to="{reference"), "pl: nobody gives it a brace without its other"),
        (changed("languages", "en"), "no words in en"),
        (changed("languages", "pl", "letter"), "pl: it does not go by post, as it does in en"),
        (changed("languages", "pl", "instead"), "pl: it does not say what stands instead of council"),
        (changed("languages", "pl", "text", to="ż" * 300), "pl: its text message can take 5 parts, and at most 4"),
        (changed("languages", "de", to={}), "languages.de"),
        (changed("kind", to="bills"), "kind: nobody can choose messages of this kind by these channels"),
        (changed("kind", to="poems"), "kind: nobody can choose"),
        (changed("template", to="another"), "template: it is named another"),
        (changed("surprise", to="!"), "surprise: Extra inputs"),
        ("template: [", "this is not YAML"),
        (changed("councils", to={"southholt": {"en": {"for_another": "x", "text": "{x}"}}}), "southholt en: "),
    ],
)
def test_a_template_that_does_not_hang_together_stops_the_start_and_says_where(broken: str, why: str) -> None:
    with pytest.raises(BrokenTemplate, match=r"request_received\.yaml") as refused:
        read(broken)
    assert why in str(refused.value)


def test_words_come_in_the_language_of_the_reader_and_else_in_english() -> None:
    assert words(MessageChannel.TEXT).text.startswith("Northmere Council has your request.")
    assert words(MessageChannel.TEXT, language="cy").text.startswith("Northmere Council: mae eich cais gennym.")
    polish = words(MessageChannel.TEXT, language="pl-PL")
    assert (polish.language, "zgłoszenie" in polish.text) == ("pl", True)
    assert words(MessageChannel.EMAIL, language="so").language == "en"


def test_a_council_says_it_in_its_own_words_where_it_has_some() -> None:
    own = yaml.safe_load(WRITTEN)
    own["councils"] = {"southholt": {"en": {**own["languages"]["en"], "text": "Hello from us. {reference}"}}}
    made = template_of(own)
    for council, language, begin in (
        ("southholt", "en", "Hello from us."),
        ("southholt", "pl", "Southholt: "),
        ("northmere", "en", "Northmere has"),
    ):
        named = (council, council.capitalize())
        assert render(made, MessageChannel.TEXT, VALUES, council=named, language=language).text.startswith(begin)


def test_no_place_is_named_to_somebody_who_is_protected() -> None:
    told = yaml.safe_load(WRITTEN) | {"values": {"reference": "reference", "office": "place"}}
    told["languages"] = {
        "en": {
            **told["languages"]["en"],
            "text": "{council}: come to {office}.",
            "instead": {"council": "The council", "office": "where we agreed"},
        }
    }
    made = template_of(told)
    given = VALUES | {"office": "Quay House"}
    plain = render(made, MessageChannel.TEXT, given, council=NORTHMERE, language=None)
    safe = render(made, MessageChannel.TEXT, given, council=NORTHMERE, language=None, protected=True)
    assert (plain.text, safe.text) == (
        "Northmere Council: come to Quay House.",
        "The council: come to where we agreed.",
    )
    for tag in ("en", "cy", "pl"):
        for channel in (MessageChannel.TEXT, MessageChannel.EMAIL, MessageChannel.POST):
            assert "Northmere" not in words(channel, language=tag, protected=True).text


def test_days_are_written_as_people_write_them() -> None:
    told = yaml.safe_load(WRITTEN) | {"values": {"reference": "reference", "answer_by": "day"}}
    for tag in ("en", "cy", "pl"):
        told["languages"][tag]["text"] = "{reference}: {answer_by}"
    made = template_of(told)
    written = {
        tag: render(
            made, MessageChannel.TEXT, VALUES | {"answer_by": "2026-12-16"}, council=NORTHMERE, language=tag
        ).text
        for tag in ("en", "cy", "pl")
    }
    assert written == {
        "en": "NBC-00042-7: 16 December 2026",
        "cy": "NBC-00042-7: 16 Rhagfyr 2026",
        "pl": "NBC-00042-7: 16 grudnia 2026",
    }
    assert made.takes(VALUES | {"answer_by": "2026-12-16"})
    assert not made.takes(VALUES | {"answer_by": "soon"})
    assert not made.takes(VALUES)


@pytest.mark.parametrize(
    ("value", "is_one"), [("13", True), ("0", True), ("-1", False), ("١٣", False), ("1 Mill Lane", False)]
)
def test_a_number_is_a_number_and_nothing_else(value: str, is_one: bool) -> None:
    told = yaml.safe_load(WRITTEN) | {"values": {"reference": "reference", "services": "number"}}
    assert template_of(told).takes(VALUES | {"services": value}) is is_one


def test_a_letter_is_made_as_its_reader_needs_it() -> None:
    easy = words(MessageChannel.POST, style=Style.EASY_READ)
    assert (easy.style, "You asked us for help." in easy.text) == ("easy_read", True)
    large = words(MessageChannel.POST, style=Style.LARGE_PRINT)
    assert (large.style, large.text) == ("large_print", words(MessageChannel.POST).text)
    assert words(MessageChannel.EMAIL, style=Style.LARGE_PRINT).style is None
    assert words(MessageChannel.POST, style=Style.EASY_READ, language="pl").style is None  # there are no such words


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ż" * 70, 1),
        ("ż" + "a" * 70, 2),
        ("ŵ" * 134, 2),
        ("ŵ" * 135, 3),
        ("😀" * 36, 2),
    ],
)
def test_the_parts_of_a_text_message_are_counted_as_phones_do(text: str, needed: int) -> None:
    assert parts(text) == needed
