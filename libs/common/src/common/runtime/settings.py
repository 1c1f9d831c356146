"""What one running service is told from outside. Read once, in the lifespan; never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.runtime.periods import Period


class CannotServe(Exception):
    """These settings would be unsafe, so the service does not start."""


class Settings(BaseSettings):
    """Environment variables with the prefix `ONEDOOR_`. `{role}` and `{service}` in the database address are filled in."""

    model_config = SettingsConfigDict(env_prefix="ONEDOOR_", extra="ignore")

    profile: Literal["production", "embedded", "test"] = "production"
    database_url: SecretStr
    nats_url: SecretStr
    councils_file: Path
    definitions: Path | None = None  # a folder of service definitions beside those of the release
    issuer: str
    issuer_keys: Path | str  # a file, or the https or http address where they are published
    resident_issuer: str | None = None  # who signs residents' tokens after a sign-in
    resident_issuer_keys: Path | str | None = None
    staff_sign_in: bool = False  # whether they sign tokens of officers and other staff too; otherwise for nobody else
    sign_in_file: Path | None = None  # the ways to sign in (YAML): customer-account reads it
    partner_issuer: str | None = None  # the address under which partner-gateway gives partners' systems tokens
    signing_keys_file: Path | None = (
        None  # keys (JSON): customer-account's as resident_issuer, partner-gateway's as its own
    )
    audit_key_file: Path | None = (
        None  # the private key (PEM) with which who looked is sealed: customer-account needs it
    )
    notify_file: Path | None = None  # the key of GOV.UK Notify and what belongs to it: customer-account sends with it
    outbox: Path | None = None  # a folder where messages to people are left instead, never in production
    key_file: Path | None = (
        None  # the service's secrets: what is sensitive lies sealed with keys that it keeps or is given
    )
    public_keys: Path | None = (
        None  # the services' public keys by name (JSON): people's keys are granted sealed to them
    )
    largest_file_mb: Annotated[int, Field(ge=1, le=100)] = (
        10  # that is taken as an attachment; other bodies end at 1 MB
    )
    attachments_in: Annotated[str, Field(pattern=r"^s3://[^/\s]+(/\S*)?$")] | None = (
        None  # s3://bucket/prefix, with AWS_… as everywhere; without it files lie in the broker's object store
    )
    clamd: Annotated[str, Field(pattern=r"^[^:\s]+:\d{1,5}$")] | None = (
        None  # host:port of who looks for malware in files; without it they are kept as not scanned
    )
    clock_file: Path | None = None
    trace_store: Path | None = None
    tracing: bool = True  # off only to measure what it costs
    pool_officer: int = 3
    pool_resident: int = 3
    pool_partner: int = 1
    pool_hearer: int = 3
    pool_public: int = 1

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.profile != "production":
            return self
        if self.clock_file is not None:
            raise CannotServe("the production profile keeps real time: take ONEDOOR_CLOCK_FILE away")
        for name, issuer in (("ONEDOOR_ISSUER", self.issuer), ("ONEDOOR_RESIDENT_ISSUER", self.resident_issuer or "")):
            if issuer.startswith("onedoor-local:"):
                raise CannotServe(f"the production profile refuses tokens of the local issuer: set {name}")
        if self.partner_issuer and not self.partner_issuer.startswith("https://"):
            raise CannotServe("partners sign in by https alone: ONEDOOR_PARTNER_ISSUER is the https address they call")
        if self.key_file is None or self.public_keys is None:
            raise CannotServe(
                "the production profile keeps nothing sensitive open: set ONEDOOR_KEY_FILE and ONEDOOR_PUBLIC_KEYS"
            )
        if self.outbox is not None:
            raise CannotServe("the production profile sends its messages: take ONEDOOR_OUTBOX away")
        return self

    def database(self, *, service: str, role: str) -> str:
        """The address of a service's database as one of its roles."""
        name = service.replace("-", "_")
        return self.database_url.get_secret_value().replace("{role}", role).replace("{service}", name)


TIME_ZONE = "Europe/London"  # of a council that names no other


def _known(time_zone: str) -> str:
    try:
        ZoneInfo(time_zone)
    except (ValueError, OSError) as fault:  # there is none, or it is the name of a folder of them
        raise ValueError("there is no such time zone") from fault
    return time_zone


TimeZone = Annotated[str, AfterValidator(_known)]


class Council(BaseModel):
    """One council on the platform. Adding one is adding its entry to the councils file."""

    id: str
    name: str
    code: str
    calendar: str
    time_zone: TimeZone = TIME_ZONE
    keeps: dict[str, dict[str, Period]] = {}
    """How long it keeps things where it has another rule: by service and table, within what their schedule allows."""
    cooling_off_days: Annotated[int, Field(ge=1, le=366)] = 14
    """For how long two people who decided that something is destroyed may stop it."""
    joins_sure_pairs: bool = False
    """Whether two records that are surely of one person, with neither of which anybody signs in, are joined without an officer."""


def read_councils(file: Path) -> dict[str, Council]:
    """The councils on this platform, by id. Raises CannotServe where the file is not what it should be."""
    try:
        entries = [Council.model_validate(entry) for entry in yaml.safe_load(file.read_text())["councils"]]
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as fault:
        raise CannotServe(f"{file} does not list the councils: {type(fault).__name__}") from fault
    return {council.id: council for council in entries}
