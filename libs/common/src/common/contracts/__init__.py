"""WHAT is said between services. Importing this package imports every speaker, so the catalogue is always whole."""

from common.contracts import access, base, cases, feedback, messages, partners, people, reviews
from common.contracts.people import equality, erasing, limits, rectifying, rights

__all__ = [
    "access",
    "base",
    "cases",
    "equality",
    "erasing",
    "feedback",
    "limits",
    "messages",
    "partners",
    "people",
    "rectifying",
    "reviews",
    "rights",
]
