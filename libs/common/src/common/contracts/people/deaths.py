"""That somebody has died: said once it is certain, and taken back where it was said in error."""

from __future__ import annotations

from datetime import date

from common.contracts.people.persons import PersonEvent


class DeathConfirmed(PersonEvent, name="person.death_confirmed"):
    """Somebody has died. From now on nothing automated is addressed to them."""

    died_on: date | None = None


class DeathRetracted(PersonEvent, name="person.death_retracted"):
    """It was said in error: the person is alive."""

    died_on: date | None = None
