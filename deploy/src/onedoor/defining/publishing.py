"""A service sent to the platform that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from onedoor import tokens
from onedoor.defining.files import councils_of, text_of
from onedoor.home import Home
from onedoor.refusals import CannotDo
from onedoor.running import Running


def publish(file: Path, council: str, *, url: str | None, token: str | None) -> str:
    """Publish a file for a council. Gives a sentence to print. Raises CannotDo with what the platform says is wrong."""
    home = Home.from_environment()
    door = url or Running.of(home).services["case-crm"]
    text = text_of(file)
    councils = sorted({council, *councils_of(text)})
    bearer = token or tokens.token(home, "administrator", councils=councils, permissions=["definitions:write"])
    headers = {"Authorization": f"Bearer {bearer}", "Onedoor-Council": council}
    try:
        answer = httpx.post(f"{door}/definitions", json={"definition": text}, headers=headers, timeout=30)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise CannotDo(f"{door} does not answer ({type(fault).__name__})") from None
    told = _told(answer, door)
    if answer.is_success:
        return f"{council} offers {told['service']} in version {told['definition_version']}."
    wrong = [f"{file}: line {each['line']}: {each['at']}: {each['because']}" for each in told.get("mistakes", [])]
    raise CannotDo("\n".join([told["title"], *wrong]))


def _told(answer: httpx.Response, door: str) -> dict[str, Any]:
    """What the platform answers. Raises CannotDo where it was not the platform: something in between, as a proxy."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or ("service" if answer.is_success else "title") not in told:
        raise CannotDo(f"{door} answers {answer.status_code} {answer.reason_phrase}, and not as the platform does")
    return told
