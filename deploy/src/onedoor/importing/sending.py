"""Sending rows to case-crm: what counts as a refusal of a row, what is waited for, and what ends the import."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from common.contracts.cases import ImportCase, ImportedView
from pydantic import ValidationError

from onedoor.refusals import CannotDo

PATH = "/imported-cases"
_OF_THE_ROW = frozenset({400, 413, 422, 500})
_PASSES = frozenset({409, 429, 502, 503, 504})
_SIGN_IN, _FAULT, _AWAY = 401, 500, 503
_TRIES = 3  # where it may be the moment's fault, or not
_LONGEST_PAUSE = 5.0
Answer = httpx.Response | httpx.TransportError


class Refused(Exception):
    """The platform refused this row. The message is the reason."""


class CannotGoOn(CannotDo):
    """The import ends here. What was sent is kept: the same command again goes on."""


class Door:
    """case-crm's public door, used as one caller for one council."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        council: str,
        token: str,
        renew: Callable[[], str] | None = None,
        patience: float = 60.0,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.client = client
        self.council = council
        self.token = token
        self.renew = renew
        self.patience = patience
        self.tell = tell
        self._away = False

    async def send(self, command: ImportCase, *, key: str) -> ImportedView:
        """Import one row, once, however often it has to be sent. Raises Refused or CannotGoOn."""
        body, patience = command.model_dump_json(), _Patience(self.patience)
        tried: Counter[int] = Counter()
        while True:
            used = self.token
            answer = await self._post(body, key, used)
            status = answer.status_code if isinstance(answer, httpx.Response) else _AWAY
            tried[status] += 1
            if status == _SIGN_IN and tried[status] < _TRIES:
                self._sign_in_again(used, answer)
            elif status in _PASSES:
                self._note_away(answer)
                await patience.wait(answer)
            elif status == _FAULT and tried[status] < _TRIES:
                await patience.wait(answer)
            else:
                self._note_back()
                return _outcome(answer)

    async def _post(self, body: str, key: str, token: str) -> Answer:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Onedoor-Council": self.council,
        }
        try:
            return await self.client.post(PATH, content=body, headers=headers)
        except httpx.TransportError as fault:
            return fault

    def _sign_in_again(self, used: str, answer: Answer) -> None:
        if used != self.token:
            return  # another row of this import has done it
        if self.renew is None:
            raise CannotGoOn(f"{_why(answer)} Run it again with a new token.")
        self.token = self.renew()

    def _note_away(self, answer: Answer) -> None:
        if not self._away:
            self.tell(f"Waiting for case-crm, at most {self.patience:g} s: {_why(answer)}")
        self._away = True

    def _note_back(self) -> None:
        if self._away:
            self.tell("case-crm is back.")
        self._away = False


class _Patience:
    """Waits longer each time, and not for ever."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._pause = 0.1
        self._over = asyncio.get_running_loop().time() + seconds

    async def wait(self, answer: Answer) -> None:
        """Wait a while, as long as the answer asks for. Raises CannotGoOn when it has been long enough."""
        if asyncio.get_running_loop().time() + self._pause > self._over:
            raise CannotGoOn(f"case-crm did not come back within {self.seconds:g} s: {_why(answer)}")
        await asyncio.sleep(max(self._pause, _asked_pause(answer)))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)


def key_of(command: ImportCase, *, run: str, line: int) -> str:
    """One row of one run. Its line is part of it, so that a repeated row is no replay; and its run, so that the same
    file again is told what it is now (a repetition), not what it was the first time."""
    return hashlib.sha256(f"{run}\n{line}\n{command.model_dump_json()}".encode()).hexdigest()


def _outcome(answer: Answer) -> ImportedView:
    if isinstance(answer, httpx.TransportError):
        raise CannotGoOn(_why(answer)) from answer
    if answer.status_code in _OF_THE_ROW:
        raise Refused(_why(answer))
    if not answer.is_success:
        raise CannotGoOn(_why(answer))
    try:
        return ImportedView.model_validate_json(answer.content)
    except ValidationError:
        raise CannotGoOn(f"{answer.url} does not answer as case-crm does: is the address right?") from None


def _why(answer: Answer) -> str:
    """What a refusal says to a person, with the details that help to mend a row."""
    if isinstance(answer, httpx.TransportError):
        return f"it does not answer ({type(answer).__name__})."
    problem = _problem(answer)
    said = [str(problem.pop("title", "")) or f"{answer.url} answers {answer.status_code}.", problem.pop("detail", "")]
    said += [f"{error.get('pointer')}: {error.get('detail')}" for error in problem.pop("errors", ())]
    said += [f"{name}: {value}" for name, value in problem.items() if name not in {"type", "status"}]
    return " ".join(str(part) for part in said if part)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return dict(found) if isinstance(found, dict) else {}


def _asked_pause(answer: Answer) -> float:
    asked = answer.headers.get("retry-after", "") if isinstance(answer, httpx.Response) else ""
    return min(float(asked), _LONGEST_PAUSE) if asked.isdigit() else 0.0
