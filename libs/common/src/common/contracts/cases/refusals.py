"""What case-crm may refuse."""

from __future__ import annotations

from common.contracts.base import Refusal


class StillToTell(Refusal, status=422):
    """There are questions still to answer."""


class UnknownService(Refusal, status=422):
    """This council offers no such service."""


class UnknownQuestion(Refusal, status=422):
    """The form has no such question."""


class WrongAnswer(Refusal, status=422):
    """An answer does not fit its question."""


class NoSuchTransition(Refusal, status=409):
    """That cannot be done with this case as it stands now."""


class NotForYou(Refusal, status=403):
    """Your role may not make this change."""


class ResultNeeded(Refusal, status=422):
    """Say how it ended: a case is not closed without a result."""


class ReasonNeeded(Refusal, status=422):
    """Say why."""


class NoSuchStage(Refusal, status=422):
    """The service has no such stage."""


class NotYetPast(Refusal, status=422):
    """History lies in the past: one of the dates is still to come."""


class ForWhom(Refusal, status=422):
    """Say for which person this is."""


class ActForThem(Refusal, status=403):
    """This is about somebody else. Act for them, if you may, or let an officer help; for yourself, leave out who it is about."""
