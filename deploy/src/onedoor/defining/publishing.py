"""A service sent to the platform that runs."""

from __future__ import annotations

from pathlib import Path

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
    if answer.is_success:
        published = answer.json()
        return f"{council} offers {published['service']} in version {published['definition_version']}."
    told = answer.json()
    wrong = [f"{file}: line {each['line']}: {each['at']}: {each['because']}" for each in told.get("mistakes", [])]
    raise CannotDo("\n".join([told["title"], *wrong]))
