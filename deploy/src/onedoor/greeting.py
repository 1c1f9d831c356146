"""What `onedoor up` says when everything is ready."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from onedoor.plan import Plan
from onedoor.running import without_secrets

_TEXT = """
Onedoor is ready ({seconds:.1f} s).

{table}

A token:  {command} token --role officer --council northmere
          It goes into the header "Authorization: Bearer …".
          These tokens are signed by a LOCAL issuer, which gives anybody on this machine any role.
          That is for trying things out: never keep real people's data here.

State:    {command} status        Data and logs: {home}
Stop:     {stop}"""


def text(plan: Plan, *, seconds: float, detached: bool) -> str:
    """Where everything is, how to get a token, and that these tokens are worth nothing elsewhere."""
    command = _command()
    return _TEXT.format(
        seconds=seconds,
        table=_table(plan),
        command=command,
        home=_short(plan.home.root),
        stop=f"{command} down" if detached else f"Ctrl-C, or {command} down",
    )


def _table(plan: Plan) -> str:
    rows = [(name, url, f"{url}/docs") for name, url in plan.urls.items()]
    rows.append(("postgres", without_secrets(plan.database or f"postgresql://127.0.0.1:{plan.postgres_port}"), ""))
    rows.append(("nats", without_secrets(plan.nats or f"nats://127.0.0.1:{plan.nats_port}"), ""))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(f"  {name:{widths[0]}}  {url:{widths[1]}}  {docs}".rstrip() for name, url, docs in rows)


def _command() -> str:
    """The command as it can be typed here."""
    script = Path(sys.prefix) / "bin" / "onedoor"
    return _short(script) if script.exists() else "onedoor"


def _short(path: Path) -> str:
    beside = os.path.relpath(path)
    return str(path) if beside.startswith("..") else beside
