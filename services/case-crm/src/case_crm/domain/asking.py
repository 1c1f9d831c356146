"""Whether a question is asked, and why: what a form says of it to the person, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from common.contracts.cases import AskedBecause, QuestionAskedAgain, Standing, Why

from case_crm.domain.definitions import Language, Question

LATE = timedelta(seconds=5)
"""What a copy may be behind its owner before a question may have been asked because of it."""

IN_WORDS: Mapping[Why, str] = {
    Why.CURRENT: "We have this already. If it is not right any more, answer it anew.",
    Why.STALE: "You told us this a while ago. Is it still so?",
    Why.NOT_HELD: "Nobody has told us this yet.",
    Why.ONLY_HERE: "We need this for this request alone.",
    Why.NO_KEY: "You told us this before, and we cannot open it at the moment. We are sorry to ask again.",
    Why.COPY_LATE: "We are a little behind: if you have just told us this, it has not arrived here yet. We are sorry to ask.",
    Why.DOES_NOT_FIT: "What you told us before does not answer this question as it is asked here.",
}
IN_WELSH: Mapping[Why, str] = {
    Why.CURRENT: "Mae hyn gennym eisoes. Os nad yw'n gywir mwyach, atebwch o'r newydd.",
    Why.STALE: "Dywedoch hyn wrthym beth amser yn ôl. A yw'n dal felly?",
    Why.NOT_HELD: "Nid oes neb wedi dweud hyn wrthym eto.",
    Why.ONLY_HERE: "Mae angen hyn arnom ar gyfer y cais hwn yn unig.",
    Why.NO_KEY: "Dywedoch hyn wrthym o'r blaen, ac ni allwn ei agor ar hyn o bryd. Mae'n ddrwg gennym ofyn eto.",
    Why.COPY_LATE: "Rydym ychydig ar ei hôl hi: os ydych newydd ddweud hyn wrthym, nid yw wedi cyrraedd yma eto. "
    "Mae'n ddrwg gennym ofyn.",
    Why.DOES_NOT_FIT: "Nid yw'r hyn a ddywedoch wrthym o'r blaen yn ateb y cwestiwn hwn fel y'i gofynnir yma.",
}
_AGAIN = {Why.CURRENT: AskedBecause.KNOWN, Why.NO_KEY: AskedBecause.NO_KEY, Why.COPY_LATE: AskedBecause.COPY_LATE}


@dataclass(frozen=True, slots=True)
class Gaps:
    """What keeps us from knowing what is held: the kinds that lie sealed without a key here, and whether our copy is late."""

    no_key: Collection[str] = field(default_factory=frozenset)
    late: bool = False


NO_GAPS = Gaps()


def is_late(lag: timedelta) -> bool:
    """Whether a copy that is so far behind may lack what was told."""
    return lag > LATE


def is_stale(fresh_until: date | None, today: date) -> bool:
    """Whether it is worth asking if a fact still holds."""
    return fresh_until is not None and today > fresh_until


def why(question: Question, *, held: bool, fits: bool, stale: bool, gaps: Gaps) -> Why:
    """Why a question stands as it does."""
    if question.fact_kind is None:
        return Why.ONLY_HERE
    if held and not fits:
        return Why.DOES_NOT_FIT
    if held:
        return Why.STALE if stale else Why.CURRENT
    if question.fact_kind in gaps.no_key:
        return Why.NO_KEY
    return Why.COPY_LATE if gaps.late else Why.NOT_HELD


def in_words(why: Why, language: Language) -> str:
    """Why a question stands as it does, as its person reads it."""
    return (IN_WELSH if language == "cy" else IN_WORDS)[why]


def standing(why: Why) -> Standing:
    """How a question stands for that reason."""
    return {Why.CURRENT: Standing.HELD, Why.STALE: Standing.TO_CONFIRM}.get(why, Standing.TO_ASK)


def asked_again(why: Why) -> AskedBecause | None:
    """Why an answer to a question that stands so was asked for needlessly, as far as we know; None where it was not.

    Where our copy is late, it counts though it may never have been told: we could not know, and that is our doing. What is held
    and does not fit its question could not have been an answer: to ask it is nobody's fault.
    """
    return _AGAIN.get(why)


def said_again(service: str, question: Question, because: AskedBecause) -> QuestionAskedAgain:
    """That something was asked which was held, and because of what."""
    return QuestionAskedAgain(
        service=service, question=question.question, fact_kind=str(question.fact_kind), because=because.value
    )
