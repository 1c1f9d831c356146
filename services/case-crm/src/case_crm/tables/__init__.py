"""The tables of case-crm, private to this service."""

from case_crm.tables.appointments import BOOKED, Appointment
from case_crm.tables.attachments import Attachment
from case_crm.tables.cases import OPEN, UNDATED, Case, ImportedRow, Interaction
from case_crm.tables.clocks import CaseClock, CouncilCalendar
from case_crm.tables.contacts import Contact
from case_crm.tables.definitions import Definition, DefinitionVersion
from case_crm.tables.destruction import DestructionItem, DestructionList, Tombstone
from case_crm.tables.drafts import Draft, DraftTouch
from case_crm.tables.facts import KnownFact, ProtectedPerson
from case_crm.tables.locations import Location, Seat, Session
from case_crm.tables.needs import Need
from case_crm.tables.parties import Party
from case_crm.tables.places import CaseDuplicate, CaseFollower, CasePlace
from case_crm.tables.queues import Hands, Member, SavedFilter
from case_crm.tables.registry import CaseCrm
from case_crm.tables.relations import CaseLink
from case_crm.tables.tasks import Task
from case_crm.tables.tellings import (
    OPEN_DELIVERY,
    UNDER_WAY,
    Delivery,
    KnownAgreement,
    KnownConsent,
    RegistrarReference,
    Telling,
)
from case_crm.tables.timeline import Entry

__all__ = [
    "BOOKED",
    "OPEN",
    "OPEN_DELIVERY",
    "UNDATED",
    "UNDER_WAY",
    "Appointment",
    "Attachment",
    "Case",
    "CaseClock",
    "CaseCrm",
    "CaseDuplicate",
    "CaseFollower",
    "CaseLink",
    "CasePlace",
    "Contact",
    "CouncilCalendar",
    "Definition",
    "DefinitionVersion",
    "Delivery",
    "DestructionItem",
    "DestructionList",
    "Draft",
    "DraftTouch",
    "Entry",
    "Hands",
    "ImportedRow",
    "Interaction",
    "KnownAgreement",
    "KnownConsent",
    "KnownFact",
    "Location",
    "Member",
    "Need",
    "Party",
    "ProtectedPerson",
    "RegistrarReference",
    "SavedFilter",
    "Seat",
    "Session",
    "Task",
    "Telling",
    "Tombstone",
]
