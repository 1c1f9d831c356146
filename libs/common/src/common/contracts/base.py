"""The five kinds of contract (event, command, view, page, refusal) and the words they share. Pydantic only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from annotated_types import Ge, Lt
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
)
from pydantic_core import CoreSchema, core_schema

PERSON = "person"
PersonId = Annotated[UUID, Field(description="A person's id, shared by all services. Never a name or number."), PERSON]
"""Marks a field as naming a person: a view that holds one is a look at that person."""
PERSONAL = "personal"
"""Marks a field of an event that still counts once its person was erased: then there is nothing in the field."""
CouncilId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9 ]{7,20}$")]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")
]

When = Annotated[AwareDatetime, Ge(datetime(1900, 1, 1, tzinfo=UTC)), Lt(datetime(2200, 1, 1, tzinfo=UTC))]
"""A moment that somebody told us: with its zone, and within what calendars and databases agree on."""


def _no_nul(value: Any) -> Any:
    """PostgreSQL keeps any JSON but a NUL."""
    if "\x00" in str(value):
        raise ValueError("it holds a character that cannot be kept")
    return value


Anything = Annotated[Any, AfterValidator(_no_nul)]
"""A JSON value of any shape."""

PARTNERSHIP = "partnership"
ANY = "any"
"""The speaker of what every service says: each of them hears what is asked of it."""


class _OrOther:
    """Reads tomorrow's value of an enumeration as `other`, and publishes the list as open."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any, strictly: core_schema.ValidatorFunctionWrapHandler) -> Any:
            try:
                return strictly(value)
            except ValidationError:
                if not isinstance(value, str):
                    raise
                return strictly("other")

        return core_schema.no_info_wrap_validator_function(read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        closed = handler.resolve_ref_schema(handler(schema))
        return {"type": "string", "x-extensible-enum": closed["enum"]}


E = TypeVar("E", bound=StrEnum)
Open = Annotated[E, _OrOther()]
"""An enumeration as an event carries it: `Open[Channel]`. Its members must include `other`."""


class Channel(StrEnum):
    """How somebody reached us."""

    ONLINE = "online"
    PHONE = "phone"
    FACE_TO_FACE = "face_to_face"
    EMAIL = "email"
    POST = "post"
    SOCIAL = "social"
    PARTNER = "partner"
    UNKNOWN = "unknown"
    OTHER = "other"


class May(StrEnum):
    """What somebody may do who acts for a resident."""

    SEE = "see"
    TELL = "tell"
    DECIDE = "decide"


class Command(BaseModel):
    """What somebody asks for. Unknown fields are refused, so a typing error is never silently dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """What is shown. Always an object at the top."""

    model_config = ConfigDict(frozen=True)


Item = TypeVar("Item")


class Page(View, Generic[Item]):
    """One page of a list. `next` is the cursor of the page after it, absent on the last."""

    items: list[Item]
    next: str | None = None


class Event(BaseModel):
    """Something that happened, said once by its owner.

    Registering an event is subclassing: a class given a `name` joins the catalogue; a class given an `aggregate` and a
    `speaker` is a family, and hearing the family hears its every event in order. Readers ignore unknown fields.

    Once its person was erased, nothing is left of what was said of them, but for a family that `counts`: it happened all the
    same. Its events lose who it was, and what is in the fields marked PERSONAL.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: ClassVar[str] = ""
    aggregate: ClassVar[str] = ""
    speaker: ClassVar[str] = ""
    counts: ClassVar[bool] = False
    catalogue: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(
        cls, *, name: str = "", aggregate: str = "", speaker: str = "", counts: bool = False, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.aggregate = aggregate or cls.aggregate
        cls.speaker = speaker or cls.speaker
        cls.counts = counts or cls.counts
        cls.name = name
        if name:
            cls._register()

    @classmethod
    def _register(cls) -> None:
        taken = Event.catalogue.get(cls.name)
        if taken is not None and (taken.__module__, taken.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.name} is said by {taken.__qualname__} already")
        if not (cls.aggregate and cls.speaker):
            raise TypeError(f"{cls.name} belongs to no aggregate, or nobody says it")
        Event.catalogue[cls.name] = cls

    @classmethod
    def family(cls) -> Iterator[type[Event]]:
        """Every event of this family, oldest declaration first."""
        return (event for event in Event.catalogue.values() if issubclass(event, cls))


class Refusal(Exception):
    """We cannot do that as it was asked."""

    status: ClassVar[int] = 422
    title: ClassVar[str] = ""

    def __init__(self, detail: str = "", **members: Any) -> None:
        super().__init__(detail or self.sentence())
        self.detail = detail
        self.members = members

    def __init_subclass__(cls, *, status: int = 422, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.status = status
        cls.title = cls.sentence()

    @classmethod
    def sentence(cls) -> str:
        """The first line of the docstring: what a person is told."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    @classmethod
    def kind(cls) -> str:
        """The problem type, a relative URI: `StillToTell` is `/problems/still-to-tell`."""
        return "/problems/" + "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")
