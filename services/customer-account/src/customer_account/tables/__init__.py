"""People, what they told us, what happened to them and who looked: tables private to customer-account."""

from customer_account.tables.accounts import Account
from customer_account.tables.claims import ClaimsOfLogin, WrongClaim
from customer_account.tables.consents import ConsentsOfPerson, PartnerName
from customer_account.tables.contact import ContactOfPerson, ProtectedAddress
from customer_account.tables.duplicates import (
    Comparing,
    MatchKey,
    PossibleDuplicate,
)
from customer_account.tables.equality import EqualityNote, EqualityProfile
from customer_account.tables.erasing import Erasure, ErasureAnswer
from customer_account.tables.facts import Fact, FactsOfPerson
from customer_account.tables.history import TimelineEntry
from customer_account.tables.holds import LegalHold
from customer_account.tables.households import Household, HouseholdMember
from customer_account.tables.looks import (
    AccessEntry,
    AccessQuestion,
    AccessSeal,
    Disclosure,
    Secrecy,
    UnsealedEntry,
)
from customer_account.tables.messages import Message, NotifyCallback, StopMail
from customer_account.tables.organisations import Organisation, OrganisationOfContact
from customer_account.tables.people import FindBy, Person
from customer_account.tables.protection import Protection
from customer_account.tables.representations import Representation
from customer_account.tables.rights import RightsRequest
from customer_account.tables.sign_in import Session, SignIn, SignInLink, UsedSignIn
from customer_account.tables.staff_sign_in import StaffSession

__all__ = [
    "AccessEntry",
    "AccessQuestion",
    "AccessSeal",
    "Account",
    "ClaimsOfLogin",
    "Comparing",
    "ConsentsOfPerson",
    "ContactOfPerson",
    "Disclosure",
    "EqualityNote",
    "EqualityProfile",
    "Erasure",
    "ErasureAnswer",
    "Fact",
    "FactsOfPerson",
    "FindBy",
    "Household",
    "HouseholdMember",
    "LegalHold",
    "MatchKey",
    "Message",
    "NotifyCallback",
    "Organisation",
    "OrganisationOfContact",
    "PartnerName",
    "Person",
    "PossibleDuplicate",
    "ProtectedAddress",
    "Protection",
    "Representation",
    "RightsRequest",
    "Secrecy",
    "Session",
    "SignIn",
    "SignInLink",
    "StaffSession",
    "StopMail",
    "TimelineEntry",
    "UnsealedEntry",
    "UsedSignIn",
    "WrongClaim",
]
