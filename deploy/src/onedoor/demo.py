"""`onedoor demo`: plays the first story on the platform that runs here, and says what happens as it happens."""

from __future__ import annotations

import asyncio

import httpx
from common.embedded.issuer import Issuer

from onedoor import helping, story
from onedoor.home import Home
from onedoor.refusals import CannotDo
from onedoor.running import Running


def play(home: Home, tell: story.Tell) -> story.Told:
    """Play the story. Raises CannotDo where the platform is not there or does not answer as it should."""
    return asyncio.run(_play(Running.of(home).services, Issuer(home.root), tell))


async def _play(urls: dict[str, str], issuer: Issuer, tell: story.Tell) -> story.Told:
    doors = {name: httpx.AsyncClient(base_url=url, timeout=30) for name, url in urls.items()}
    try:
        stage = story.Stage(doors, issuer.token, tell)
        await helping.a_partner_and_its_service(stage)
        return await story.play(stage)
    except (story.StoryBroken, httpx.HTTPError) as broken:
        raise CannotDo(f"the story broke off: {broken or type(broken).__name__}") from broken
    finally:
        for door in doors.values():
            await door.aclose()
