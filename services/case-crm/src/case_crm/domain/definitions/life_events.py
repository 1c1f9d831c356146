"""A life event as data: what is asked, who is to be told of it, and whom we cannot tell. Read and checked whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from common.contracts.base import Code, CouncilId, Line
from common.contracts.fact_kinds import FACT_KINDS
from common.contracts.partners.consents import KnownGroup, Purpose, Recipient
from common.contracts.tellings import Basis, LifeEventKind
from common.promises import Term
from pydantic import Field, model_validator

from case_crm.domain.definitions.part import Part

Kind = Annotated[Code, Field(description="A kind of fact.")]


class Asked(Part):
    """A fact that is asked for. What is held of the person is not asked."""

    fact_kind: Kind
    text: Line
    required: bool = True


class NotOurs(Part):
    """Somebody whom we cannot tell: the person does so themself, or somebody else does."""

    who: Line
    why: Line


class Where(Part):
    """When a recipient is interested; all that is said here must be so.

    `council_is` names a fact whose value is the recipient's council, `uses` a service that is among the person's with that
    council, `told` a fact that is told or held.
    """

    council_is: Kind | None = None
    uses: Code | None = None
    told: Kind | None = None


class Consent(Part):
    """Whose consent is needed, of whom the telling is about or of the other person whom it concerns, and to what.

    `field_groups` are those of all that the recipient needs: somebody who agreed to less has not agreed.
    """

    by: Literal["person", "other_person"]
    purpose: Purpose
    field_groups: Annotated[tuple[KnownGroup, ...], Field(min_length=1)]


class Opens(Part):
    """The case that a council's service works in once it is told: of which service, and what its questions are answered with.

    A question is answered by the fact of its own kind; by that of another kind where `facts` says so, as the address of an
    empty home by the home that was owned; or by what follows from the life event itself (`answers`). Only what the interest
    needs is told, so only that answers anything.
    """

    service: Code
    facts: dict[Code, Kind] = Field(default_factory=dict)
    answers: dict[Code, Any] = Field(default_factory=dict)


class ToDo(Part):
    """What follows from it beside the case itself: by which team, within which time of being told. In officers' words."""

    task: Code
    what: Line
    team: Code
    within: Term


class Interest(Part):
    """A recipient's standing wish to be told of this. Without `partner` it is a service of each of the councils.

    `opens` is the case that it is worked on in, with `tasks` of its own. Without it, it is answered as it lies in the queue.
    `shared_record`: what is kept there is read by others too, so nothing that tells where a protected person is goes there.
    """

    interest: Code
    title: Line
    councils: tuple[CouncilId, ...] = Field(min_length=1)
    partner: Recipient | None = None
    needs: tuple[Kind, ...] = Field(min_length=1)
    basis: Basis
    owner: Code
    escalates_to: Code
    where: Where = Where()
    consent: Consent | None = None
    shared_record: bool = False
    opens: Opens | None = None
    tasks: tuple[ToDo, ...] = ()
    acknowledge: Term = Term(amount=2, unit="working_days")
    act: Term = Term(amount=10, unit="working_days")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if (self.basis is Basis.EXPLICIT_CONSENT) != (self.consent is not None):
            raise ValueError("`consent` is said where the basis is explicit_consent, and nowhere else")
        if self.basis is Basis.OTHER:
            raise ValueError("say which legal basis it has")
        return self

    @model_validator(mode="after")
    def _opens_a_case_of_ours(self) -> Self:
        if self.opens and self.partner:
            raise ValueError("a partner keeps its own cases: none is opened for it here")
        if self.tasks and not self.opens:
            raise ValueError("tasks belong to a case: say which it `opens`")
        if len({each.task for each in self.tasks}) < len(self.tasks):
            raise ValueError("a task is named twice")
        for kind in self.opens.facts.values() if self.opens else ():
            if kind not in self.needs:
                raise ValueError(f"a question is answered by {kind}, which it is not told")
        return self


class LifeEvent(Part):
    """Something that happens in a life. `registrar_days`: it is told with a registrar's reference, good for so many days.

    `of_another`: nobody tells it of themself.
    """

    life_event: LifeEventKind
    version: Annotated[int, Field(ge=1)]
    title: Line
    registrar_days: Annotated[int, Field(ge=1, le=366)] | None = None
    of_another: bool = False
    asks: tuple[Asked, ...] = Field(min_length=1)
    not_ours: tuple[NotOurs, ...] = Field(min_length=1)
    interests: tuple[Interest, ...] = Field(min_length=1)

    @property
    def partners(self) -> frozenset[str]:
        """The partners that are interested in it."""
        return frozenset(each.partner for each in self.interests if each.partner)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of facts that it asks for."""
        return frozenset(each.fact_kind for each in self.asks)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        for name, times in Counter(each.fact_kind for each in self.asks).items():
            if times > 1:
                yield f"{name} is asked twice"
        for unknown in sorted(self.kinds - FACT_KINDS):
            yield f"no fact of the kind {unknown} is kept"
        for (name, council), times in Counter((i.interest, c) for i in self.interests for c in i.councils).items():
            if times > 1:
                yield f"{council} has the interest {name} twice"
        for interest in self.interests:
            where = interest.where
            used = {*interest.needs, *filter(None, (where.council_is, where.told))} | (
                {"services_used"} if where.uses else set()
            )
            for missing in sorted(used - self.kinds):
                yield f"the interest {interest.interest} needs {missing}, which is not asked"
