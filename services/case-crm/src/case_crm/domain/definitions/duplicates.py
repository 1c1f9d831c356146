"""What a service takes for the same, reported once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from common.contracts.base import Code
from pydantic import Field

from case_crm.domain.definitions.part import Part
from case_crm.domain.definitions.questions import Question


class Duplicates(Part):
    """Another report of the service is taken for the same within so many metres and days of its place.

    Which place that is, the answer to the question `place` tells.
    """

    place: Code
    within_metres: Annotated[int, Field(ge=10, le=2000)] = 100
    days: Annotated[int, Field(ge=1, le=90)] = 14


def problems(looked_for: Duplicates | None, questions: Sequence[Question], *, about_a_person: bool) -> list[str]:
    """What is wrong with how duplicates are looked for."""
    if looked_for is None:
        return []
    if about_a_person:
        return ["duplicates are offered to anybody, so they are of services that are not about a person"]
    asked = {question.question: question.type for question in questions}
    if asked.get(looked_for.place) != "place":
        return [f"duplicates go by the question {looked_for.place}, which does not ask for a place"]
    return []
