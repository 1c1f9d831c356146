"""The reads of what people said of themselves for equality's sake: by its person, and by the timer that takes notes in."""

from __future__ import annotations

from common.runtime.query import query
from sqlalchemy import bindparam
from sqlmodel import select

from customer_account.tables import EqualityNote, EqualityProfile

PROFILE = query(select(EqualityProfile).where(EqualityProfile.person_id == bindparam("person_id")))
NOTE = query(select(EqualityNote).where(EqualityNote.id == bindparam("note_id")))
