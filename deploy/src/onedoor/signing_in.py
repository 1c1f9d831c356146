"""Signing in here: the keys, the ways, the demo's provider, and the rotation of the key that residents' tokens are signed with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from common.embedded.issuer import SERVICES
from common.embedded.provider.__main__ import run
from common.embedded.provider.client import Client
from common.runtime.settings import CannotServe, read_councils
from common.runtime.signing import TooSoon, begun, read_signing_keys, write_signing_keys

from onedoor.plan import COUNCILS, Plan
from onedoor.refusals import CannotDo


def equip(plan: Plan) -> None:
    """The keys that tokens are signed with, and the file of the ways to sign in: by the demo's provider. Raises CannotServe."""
    for file in (plan.home.signing_keys, plan.home.partner_signing_keys):
        if not file.exists():
            write_signing_keys(file, begun())
    back = plan.urls.get("customer-account", "http://127.0.0.1") + "/docs"
    provider = Client(plan.home.root, url=f"http://127.0.0.1:{plan.provider_port}")
    councils = read_councils(plan.home.councils if plan.home.councils.exists() else COUNCILS)
    provider.write(return_to=[back], audiences=SERVICES, councils=councils)


def serve(tell: Callable[[str], None]) -> None:
    """Run the provider until it is interrupted. Raises CannotDo."""
    plan = Plan.from_environment()
    plan.home.make()
    try:
        equip(plan)
    except CannotServe as fault:
        raise CannotDo(str(fault)) from None
    tell(f"Signing people in on http://127.0.0.1:{plan.provider_port} (Ctrl-C ends it).")
    run(plan.home.root, port=plan.provider_port)


def rotate(file: Path, *, at_once: bool) -> str:
    """Make the next key the current one; where there are none yet, make them. Raises CannotDo."""
    if not file.exists():
        write_signing_keys(file, begun())
        return f"Made signing keys in {file}."
    try:
        rotated = read_signing_keys(file).rotated(datetime.now(UTC), at_once=at_once)
    except TooSoon:
        raise CannotDo(
            "the key was changed less than ten minutes ago, and tokens of the one before are in use"
        ) from None
    except CannotServe as fault:
        raise CannotDo(str(fault)) from None
    write_signing_keys(file, rotated)
    return f"Tokens are signed with the key {rotated.current.kid} from now on."
