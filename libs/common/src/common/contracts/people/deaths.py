"""That somebody has died: said once it is certain, and taken back where it was said in error."""

from __future__ import annotations

from common.contracts.base import CouncilId
from common.contracts.people.persons import PersonEvent


class DeathConfirmed(PersonEvent, name="person.death_confirmed"):
    """Somebody has died. On which day is a fact, not part of this. From now on nothing automated is addressed to them."""

    visible_to: list[CouncilId]


class DeathRetracted(PersonEvent, name="person.death_retracted"):
    """Somebody's death was confirmed in error: they are alive."""

    visible_to: list[CouncilId]
