"""Council services as data."""

from case_crm.domain.definitions.checks import deal_with, lost_on, unowned
from case_crm.domain.definitions.comparing import Differing, differences, differing
from case_crm.domain.definitions.definition import ServiceDefinition
from case_crm.domain.definitions.extending import LocalDefinition, without
from case_crm.domain.definitions.following import followed, parts_with, same_but_for_number
from case_crm.domain.definitions.offer import Branch, Condition, Language, Route, Signpost
from case_crm.domain.definitions.questions import Question
from case_crm.domain.definitions.reading import Base, Further, Mistake, NotSound, read, said
from case_crm.domain.definitions.stages import Role, Stage, Transition
from case_crm.domain.definitions.terms import PromisedTerm

__all__ = [
    "Base",
    "Branch",
    "Condition",
    "Differing",
    "Further",
    "Language",
    "LocalDefinition",
    "Mistake",
    "NotSound",
    "PromisedTerm",
    "Question",
    "Role",
    "Route",
    "ServiceDefinition",
    "Signpost",
    "Stage",
    "Transition",
    "deal_with",
    "differences",
    "differing",
    "followed",
    "lost_on",
    "parts_with",
    "read",
    "said",
    "same_but_for_number",
    "unowned",
    "without",
]
