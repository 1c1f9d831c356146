"""People, what they told us, what happened to them and who looked: tables private to customer-account."""

from customer_account.tables.contact import ContactOfPerson, ProtectedAddress
from customer_account.tables.facts import Fact, FactsOfPerson
from customer_account.tables.history import AccessEntry, TimelineEntry
from customer_account.tables.people import FindBy, Person
from customer_account.tables.protection import Protection

__all__ = [
    "AccessEntry",
    "ContactOfPerson",
    "Fact",
    "FactsOfPerson",
    "FindBy",
    "Person",
    "ProtectedAddress",
    "Protection",
    "TimelineEntry",
]
