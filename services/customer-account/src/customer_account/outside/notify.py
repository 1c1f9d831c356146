"""GOV.UK Notify, with its own client. The client waits and is made for one thread: each message has one of its own.

The file of the key is YAML: `key`; `callback_token`, with which Notify calls back; `templates`, the id of a template for each of
text, email, post, post_large_print and post_easy_read, which holds nothing but ((text)), and ((subject)) where it has one; and
`url`, where it is not the real one.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from common.contracts.people import MessageChannel
from common.runtime.settings import CannotServe
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from customer_account.domain.messages import Outcome, Sending

SECONDS = 10  # for one answer
_ENVELOPE = 7  # lines of an address


class Templates(BaseModel):
    """The ids of Notify's templates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: UUID
    email: UUID
    post: UUID
    post_large_print: UUID
    post_easy_read: UUID

    def letter(self, style: str | None) -> str:
        """The id for a letter in a style."""
        return str({None: self.post, "large_print": self.post_large_print, "easy_read": self.post_easy_read}[style])


class Agreed(BaseModel):
    """What was agreed with GOV.UK Notify."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: SecretStr
    callback_token: SecretStr
    templates: Templates
    url: str = "https://api.notifications.service.gov.uk"


def agreed(file: Path) -> Agreed:
    """What the file says. It is read each time: a new key put there is used at once. Raises CannotServe, without quoting it."""
    try:
        return Agreed.model_validate(yaml.safe_load(file.read_text()))
    except (OSError, ValidationError, yaml.YAMLError) as fault:
        raise CannotServe(f"{file} is not what is needed for GOV.UK Notify: {type(fault).__name__}") from None


def from_notify(authorization: str, file: Path) -> bool:
    """Whether a call comes with the token that was agreed; how long that takes tells nothing of the token."""
    expected = f"Bearer {agreed(file).callback_token.get_secret_value()}"
    return hmac.compare_digest(authorization.encode(), expected.encode())


async def carry(sending: Sending, file: Path) -> Outcome:
    """Hand a message to GOV.UK Notify, unless an earlier try did."""
    return await asyncio.to_thread(_carry, sending, agreed(file))


def _carry(sending: Sending, told: Agreed) -> Outcome:
    client: Any = NotificationsAPIClient(told.key.get_secret_value(), base_url=told.url, timeout=SECONDS)  # type: ignore[no-untyped-call]  # it has no types
    logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)  # it would log what Notify quotes
    try:
        if sending.look_first and client.get_all_notifications(reference=sending.reference)["notifications"]:
            return Outcome.SENT
        _send(client, sending, told.templates)
    except APIError as fault:
        return _outcome(fault)
    finally:
        client.request_session.close()
    return Outcome.SENT


def _send(client: Any, sending: Sending, templates: Templates) -> None:
    given = {"text": sending.text} | ({"subject": sending.subject} if sending.subject else {})
    match sending.channel:
        case MessageChannel.TEXT:
            client.send_sms_notification(sending.to[0], str(templates.text), given, sending.reference)
        case MessageChannel.EMAIL:
            client.send_email_notification(sending.to[0], str(templates.email), given, sending.reference)
        case MessageChannel.POST:
            lines = {f"address_line_{n}": line for n, line in enumerate(_envelope(sending.to), 1)}
            client.send_letter_notification(templates.letter(sending.style), given | lines, sending.reference)


def _envelope(lines: tuple[str, ...]) -> list[str]:
    """At most seven lines; what is too many goes into the last but one, and the postcode stays the last."""
    if len(lines) <= _ENVELOPE:
        return list(lines)
    return [*lines[: _ENVELOPE - 2], ", ".join(lines[_ENVELOPE - 2 : -1]), lines[-1]]


def _outcome(fault: APIError) -> Outcome:
    """What a refusal means. A key that is refused (401, 403) is our fault, not the message's: it waits until that is mended."""
    if fault.status_code == 429:
        kinds = {each.get("error") for each in fault.message if isinstance(each, dict)}
        return Outcome.DAILY_LIMIT if "TooManyRequestsError" in kinds else Outcome.RATE_LIMIT
    if 400 <= fault.status_code < 500 and fault.status_code not in {401, 403, 408}:
        return Outcome.NOT_ACCEPTED
    return Outcome.UNAVAILABLE
