"""Joining two records of one person, and taking that back."""

from __future__ import annotations

from common.contracts.base import Code, Command, CouncilId, PersonId, Refusal
from common.contracts.people.accounts import AccountEvent
from common.contracts.people.persons import PersonEvent


class PersonMerged(PersonEvent, name="person.merged"):
    """Two records are of one person: whoever knows this id may go on with the other. Nothing that was known is gone."""

    into: PersonId
    because: Code
    visible_to: list[CouncilId]


class PersonUnmerged(PersonEvent, name="person.unmerged"):
    """Two records that were joined are of two people after all: each is what it was."""

    out_of: PersonId
    visible_to: list[CouncilId]


class AccountJoined(AccountEvent, name="account.joined"):
    """Another record was joined with this person's: whoever has its id is led here."""

    joined: PersonId
    visible_to: list[CouncilId]


class MergePerson(Command):
    """A person's record and another are of the same person: from now on the other one is theirs."""

    into: PersonId


class NotWithItself(Refusal, status=422):
    """A record cannot be joined with itself."""


class NotInUse(Refusal, status=409):
    """The other record is not one to go on with: its account is closed, locked or joined with another itself."""
