"""The templates that came with this release: their files, read once. What they may say is decided in the domain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from common.runtime.settings import CannotServe, Settings
from common.runtime.transaction import Transaction
from pydantic import ValidationError

from customer_account.domain.preferences import Choices
from customer_account.domain.templates import Template, template_of
from customer_account.queries.choices import preference_choices

FOLDER = Path(__file__).parent.parent / "message_templates"


class BrokenTemplate(CannotServe):
    """A template cannot be used: the message says where in which file, and why."""


@cache
def message_templates() -> Mapping[str, Template]:
    """The templates of this release, by name. Raises BrokenTemplate."""
    choices = preference_choices()
    files = sorted(FOLDER.glob("*.yaml"))
    return {file.stem: read_template(file.read_text(), name=file.name, choices=choices) for file in files}


async def ready(tx: Transaction, told: Settings) -> None:
    """Refuse to start with a template that does not hang together. Raises BrokenTemplate."""
    message_templates()


def read_template(text: str, *, name: str, choices: Choices) -> Template:
    """A template from YAML. Raises BrokenTemplate with the file's name, the place and the reason."""
    try:
        template = template_of(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenTemplate(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in fault.errors()]
        raise BrokenTemplate(f"{name}: " + "; ".join(mistakes)) from fault
    if f"{template.template}.yaml" != name:
        raise BrokenTemplate(f"{name}: template: it is named {template.template}")
    kind = choices.messages.get(template.kind)
    if kind is None or not set(template.channels()) <= set(kind.channels):
        raise BrokenTemplate(f"{name}: kind: nobody can choose messages of this kind by these channels")
    return template
