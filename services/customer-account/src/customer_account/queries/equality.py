"""The questions about equality that came with this release, read once from their file; and what a resident answered."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from uuid import UUID

import yaml
from common.contracts.people.equality import EqualityProfileView
from common.runtime.ids import new_id
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable
from common.runtime.settings import CannotServe
from pydantic import ValidationError

from customer_account.domain.equality import Questions, questions_of
from customer_account.queries.named import equality as named
from customer_account.tables import EqualityNote, EqualityProfile

FILE = Path(__file__).parent.parent / "equality_questions.yaml"


class BrokenQuestions(CannotServe):
    """The questions cannot be used: the message says where in the file, and why."""


def read_questions(text: str, *, name: str) -> Questions:
    """Questions from YAML. Raises BrokenQuestions with the file's name, the place and the reason."""
    try:
        return questions_of(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenQuestions(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in fault.errors()]
        raise BrokenQuestions(f"{name}: " + "; ".join(mistakes)) from fault


@cache
def equality_questions() -> Questions:
    """What this release asks."""
    return read_questions(FILE.read_text(), name=FILE.name)


async def my_equality_profile(read: Reading) -> EqualityProfileView:
    """What the resident answered."""
    return shown_profile(await profile_of(read, read.person))


async def profile_of(session: Reading, person_id: UUID) -> EqualityProfile:
    """A person's answers, which only they and the timers read; an empty row of version 0 where they gave none yet."""
    found = await session.one(named.PROFILE, person_id=person_id)
    return found or EqualityProfile(id=new_id(), person_id=person_id, visible_to=[], changed_at=session.now)


def answers_of(row: EqualityProfile | EqualityNote) -> dict[str, str]:
    """The answers in a row; of somebody who was erased, none."""
    return {} if is_unreadable(row.answers) else row.answers


def shown_profile(row: EqualityProfile) -> EqualityProfileView:
    """Answers as their person is shown them."""
    changed_at = row.changed_at if row.version else None
    return EqualityProfileView(version=row.version, changed_at=changed_at, answers=answers_of(row))
