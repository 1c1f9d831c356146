"""Every change of a service's OpenAPI that breaks a caller is refused, and every other one is let through."""

import json
from collections.abc import Callable
from copy import deepcopy
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import pytest
from common.contracts_check import openapi_breakages
from fastapi import FastAPI, Header, Query
from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, Any]
Edit = Callable[[Json], None]


class Status(StrEnum):
    SUBMITTED = "submitted"
    CLOSED = "closed"


class Channel(StrEnum):
    ONLINE = "online"
    PHONE = "phone"


class Contact(BaseModel):
    name: str
    sms: str | None = None


class OpenCase(BaseModel):
    model_config = ConfigDict(extra="forbid")

    need: Annotated[str, Field(min_length=1, max_length=200)]
    channel: Channel = Channel.ONLINE
    contact: Contact | None = None


class CaseView(BaseModel):
    case_id: UUID
    status: Status
    summary: Annotated[str, Field(max_length=500)]
    assigned_to: str | None = None
    parent: "CaseView | None" = None


class CaseClosed(BaseModel):
    case_id: UUID


def published() -> Json:
    app = FastAPI(title="case-crm", version="1")

    @app.post("/cases", status_code=201)
    async def open_case(
        command: OpenCase, idempotency_key: Annotated[str, Header()], dry: Annotated[bool, Query()] = False
    ) -> CaseView:
        raise NotImplementedError

    @app.get("/cases/{case_id}", responses={404: {"description": "No such case"}})
    async def case(case_id: UUID) -> CaseView:
        raise NotImplementedError

    @app.webhooks.post("case.closed")
    async def closed(body: CaseClosed) -> None:
        raise NotImplementedError

    document: Json = json.loads(json.dumps(app.openapi()))
    document["paths"]["/cases/{case_id}"]["get"]["responses"]["200"]["headers"] = {
        "Onedoor-After": {"required": True, "schema": {"type": "string"}}
    }
    document["paths"]["/cases"]["post"]["security"] = [{"platform": ["officer"]}]
    return document


PUBLISHED = published()


def at(document: Json, *path: str | int) -> Any:
    for step in path:
        document = document[step]  # type: ignore[index]
    return document


def put(*path: str | int, to: Any) -> Edit:
    return lambda document: at(document, *path[:-1]).__setitem__(path[-1], to)


def drop(*path: str | int) -> Edit:
    return lambda document: at(document, *path[:-1]).__delitem__(path[-1])


def add(*path: str | int, item: Any) -> Edit:
    return lambda document: at(document, *path).append(item)


def rename(*path: str | int, to: str) -> Edit:
    return lambda document: at(document, *path[:-1]).__setitem__(to, at(document, *path[:-1]).pop(path[-1]))


def all_of(*edits: Edit) -> Edit:
    return lambda document: [edit(document) for edit in edits].clear()


def edited(edit: Edit) -> Json:
    document = deepcopy(PUBLISHED)
    edit(document)
    return document


POST, GET, SHARED = ("paths", "/cases", "post"), ("paths", "/cases/{case_id}", "get"), ("components", "schemas")
VIEW, COMMAND = (*SHARED, "CaseView"), (*SHARED, "OpenCase")
SUMMARY, NEED = (*VIEW, "properties", "summary"), (*COMMAND, "properties", "need")
GOT = (*GET, "responses", "200")
AFTER = (*GOT, "headers", "Onedoor-After")
ANSWER = "GET /cases/{case_id}#/responses/200"
QUERY, HEADER, BODY = (*POST, "parameters", 0), (*POST, "parameters", 1), (*POST, "requestBody")
CONTENT = (*BODY, "content", "application/json")
SENT = [f"#/components/schemas/{name}" for name in ("CaseView", "OpenCase", "CaseClosed")]

REFUSED: dict[str, tuple[Edit, str]] = {
    "a path is gone": (drop("paths", "/cases"), "POST /cases"),
    "an operation is gone": (rename(*POST, to="put"), "POST /cases"),
    "a path is renamed": (rename("paths", "/cases", to="/case"), "POST /cases"),
    "a status is gone": (drop(*GET, "responses", "404"), "GET /cases/{case_id}#/responses/404"),
    "a status changes": (rename(*POST, "responses", "201", to="202"), "POST /cases#/responses/201"),
    "an answer loses its body": (drop(*GOT, "content"), ANSWER),
    "an answer loses a header": (drop(*AFTER), f"{ANSWER}/headers/Onedoor-After"),
    "a header of an answer may be missing": (put(*AFTER, "required", to=False), f"{ANSWER}/headers/Onedoor-After"),
    "an answer loses a field": (drop(*SUMMARY), f"{SENT[0]}/summary"),
    "an answer loses an option": (drop(*VIEW, "properties", "assigned_to"), f"{SENT[0]}/assigned_to"),
    "an answer may omit a field": (put(*VIEW, "required", to=["case_id", "status"]), f"{SENT[0]}/summary"),
    "an answer may hold null": (
        put(*SUMMARY, to={"anyOf": [{"type": "string", "maxLength": 500}, {"type": "null"}]}),
        f"{SENT[0]}/summary",
    ),
    "an answer may be longer": (put(*SUMMARY, "maxLength", to=501), f"{SENT[0]}/summary"),
    "a type changes": (put(*SUMMARY, to={"type": "integer"}), f"{SENT[0]}/summary"),
    "an answer loses a value": (drop(*SHARED, "Status", "enum", 1), "#/components/schemas/Status"),
    "an answer opens its values": (put(*VIEW, "properties", "status", to={"type": "string"}), f"{SENT[0]}/status"),
    "a field becomes required": (add(*COMMAND, "required", item="channel"), f"{SENT[1]}/channel"),
    "a request has a new required field": (
        all_of(put(*COMMAND, "properties", "urgent", to={"type": "boolean"}), add(*COMMAND, "required", item="urgent")),
        f"{SENT[1]}/urgent",
    ),
    "a request loses a field": (drop(*COMMAND, "properties", "contact"), f"{SENT[1]}/contact"),
    "a request may not hold null": (
        put(*COMMAND, "properties", "contact", to={"$ref": "#/components/schemas/Contact"}),
        f"{SENT[1]}/contact",
    ),
    "a request must be shorter": (put(*NEED, "maxLength", to=100), f"{SENT[1]}/need"),
    "a request may not hold unknown fields": (
        put(*SHARED, "Contact", "additionalProperties", to=False),
        "#/components/schemas/Contact",
    ),
    "a request loses a value": (drop(*SHARED, "Channel", "enum", 0), "#/components/schemas/Channel"),
    "a request loses its body": (drop(*BODY), "POST /cases#/requestBody"),
    "a media type is gone": (rename(*CONTENT, to="text/plain"), "POST /cases#/requestBody/application/json"),
    "a body is required where none was": (
        put(*GET, "requestBody", to={"required": True, "content": {}}),
        "GET /cases/{case_id}#/requestBody",
    ),
    "a parameter is gone": (drop(*HEADER), "POST /cases#/parameters/idempotency-key"),
    "a header is new and required": (
        add(*GET, "parameters", item={"name": "If-Match", "in": "header", "required": True, "schema": {}}),
        "GET /cases/{case_id}#/parameters/If-Match",
    ),
    "a parameter is now required": (put(*QUERY, "required", to=True), "POST /cases#/parameters/dry"),
    "a header is limited": (put(*HEADER, "schema", "minLength", to=8), "POST /cases#/parameters/idempotency-key"),
    "a path's parameter changes its format": (
        put(*GET, "parameters", 0, "schema", "format", to="date"),
        "GET /cases/{case_id}#/parameters/case_id",
    ),
    "a parameter is read otherwise": (put(*QUERY, "explode", to=False), "POST /cases#/parameters/dry"),
    "a scope is added": (put(*POST, "security", to=[{"platform": ["officer", "lead"]}]), "POST /cases#/security"),
    "a token is asked for": (put(*GET, "security", to=[{"platform": []}]), "GET /cases/{case_id}#/security"),
    "all ask for a token": (put("security", to=[{"platform": []}]), "GET /cases/{case_id}#/security"),
    "a webhook loses a field": (drop(*SHARED, "CaseClosed", "properties", "case_id"), f"{SENT[2]}/case_id"),
    "a webhook is gone": (drop("webhooks", "case.closed"), "webhook case.closed#"),
    "a webhook's method changes": (rename("webhooks", "case.closed", "post", to="put"), "webhook case.closed#"),
}

ALLOWED: dict[str, Edit] = {
    "nothing changes": all_of(),
    "a path is new": put("paths", "/tasks", to={"get": {"responses": {}}}),
    "a status is new": put(*GET, "responses", "409", to={"description": "Conflict"}),
    "an answer gains a field": put(*VIEW, "properties", "due", to={"type": "string"}),
    "an answer always holds a field": add(*VIEW, "required", item="assigned_to"),
    "an answer is shorter": put(*SUMMARY, "maxLength", to=400),
    "an answer never holds null": put(*VIEW, "properties", "assigned_to", to={"type": "string"}),
    "an answer gains a value": add(*SHARED, "Status", "enum", item="reopened"),
    "a request gains an option": put(*COMMAND, "properties", "urgent", to={"type": "boolean"}),
    "a required field becomes an option": put(*COMMAND, "required", to=[]),
    "a request may be longer": put(*NEED, "maxLength", to=300),
    "a request may hold anything": put(*NEED, to={}),
    "a request may hold unknown fields": drop(*COMMAND, "additionalProperties"),
    "a request gains a value": add(*SHARED, "Channel", "enum", item="post"),
    "a body becomes an option": put(*BODY, "required", to=False),
    "a query parameter is new": add(
        *GET, "parameters", item={"name": "page", "in": "query", "schema": {"type": "integer"}}
    ),
    "a header changes its case": put(*HEADER, "name", to="Idempotency-Key"),
    "no token is asked for": put(*POST, "security", to=[]),
    "another token is let in": add(*POST, "security", item={"partner": []}),
    "words change": put(*POST, "summary", to="Open a case"),
    "a path's parameter changes its name": all_of(
        rename("paths", "/cases/{case_id}", to="/cases/{id}"),
        put("paths", "/cases/{id}", "get", "parameters", 0, "name", to="id"),
    ),
}


@pytest.mark.parametrize(("edit", "where"), REFUSED.values(), ids=REFUSED)
def test_a_change_is_refused_when(edit: Edit, where: str) -> None:
    found = openapi_breakages(PUBLISHED, edited(edit))

    assert {breakage.where for breakage in found} <= {where, f"{where}/application/json"}
    assert found


@pytest.mark.parametrize("edit", ALLOWED.values(), ids=ALLOWED)
def test_a_change_is_allowed_when(edit: Edit) -> None:
    assert openapi_breakages(PUBLISHED, edited(edit)) == []


def test_what_is_read_and_written_is_held_to_both() -> None:
    shared = edited(put(*CONTENT, "schema", to={"$ref": "#/components/schemas/CaseView"}))
    longer, shorter = deepcopy(shared), deepcopy(shared)
    put(*SUMMARY, "maxLength", to=501)(longer)
    put(*SUMMARY, "maxLength", to=499)(shorter)

    assert [found.where for found in openapi_breakages(shared, longer)] == [f"{SENT[0]}/summary"]
    assert [found.where for found in openapi_breakages(shared, shorter)] == [f"{SENT[0]}/summary"]


def test_a_definition_split_in_two_by_its_direction_is_compared_under_its_new_name() -> None:
    split = rename(*VIEW, to="CaseView-Output")
    refer = put(*GOT, "content", CONTENT[-1], "schema", "$ref", to=f"{SENT[0]}-Output")
    refer_too = put(*POST, "responses", "201", "content", CONTENT[-1], "schema", "$ref", to=f"{SENT[0]}-Output")
    parent = {"anyOf": [{"$ref": f"{SENT[0]}-Output"}, {"type": "null"}]}
    renamed = all_of(put(*VIEW, "properties", "parent", to=parent), split, refer, refer_too)
    shorn = all_of(drop(*VIEW, "properties", "status"), renamed)

    assert openapi_breakages(PUBLISHED, edited(renamed)) == []
    assert f"{ANSWER}/status" in {found.where for found in openapi_breakages(PUBLISHED, edited(shorn))}
