"""People, what they told us, what happened to them and who looked: tables private to customer-account."""

from customer_account.tables.contact import ContactOfPerson, ProtectedAddress
from customer_account.tables.facts import Fact, FactsOfPerson
from customer_account.tables.history import TimelineEntry
from customer_account.tables.households import Household, HouseholdMember
from customer_account.tables.looks import (
    AccessEntry,
    AccessQuestion,
    AccessSeal,
    Disclosure,
    Secrecy,
    UnsealedEntry,
)
from customer_account.tables.people import FindBy, Person
from customer_account.tables.protection import Protection
from customer_account.tables.representations import Representation

__all__ = [
    "AccessEntry",
    "AccessQuestion",
    "AccessSeal",
    "ContactOfPerson",
    "Disclosure",
    "Fact",
    "FactsOfPerson",
    "FindBy",
    "Household",
    "HouseholdMember",
    "Person",
    "ProtectedAddress",
    "Protection",
    "Representation",
    "Secrecy",
    "TimelineEntry",
    "UnsealedEntry",
]
