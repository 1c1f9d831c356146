"""People, what they told us, what happened to them and who looked: tables private to customer-account."""

from customer_account.tables.accounts import Account
from customer_account.tables.claims import ClaimsOfLogin, WrongClaim
from customer_account.tables.contact import ContactOfPerson, ProtectedAddress
from customer_account.tables.facts import Fact, FactsOfPerson
from customer_account.tables.history import TimelineEntry
from customer_account.tables.looks import (
    AccessEntry,
    AccessQuestion,
    AccessSeal,
    Disclosure,
    Secrecy,
    UnsealedEntry,
)
from customer_account.tables.organisations import Organisation, OrganisationOfContact
from customer_account.tables.people import FindBy, Person
from customer_account.tables.protection import Protection

__all__ = [
    "AccessEntry",
    "AccessQuestion",
    "AccessSeal",
    "Account",
    "ClaimsOfLogin",
    "ContactOfPerson",
    "Disclosure",
    "Fact",
    "FactsOfPerson",
    "FindBy",
    "Organisation",
    "OrganisationOfContact",
    "Person",
    "ProtectedAddress",
    "Protection",
    "Secrecy",
    "TimelineEntry",
    "UnsealedEntry",
    "WrongClaim",
]
