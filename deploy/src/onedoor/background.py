"""Starting a supervisor in the background and hearing from it until it is ready; and asking one to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from common.embedded import CannotStart
from common.embedded.cannot_start import telling_why

from onedoor.home import Home
from onedoor.parts import Tell
from onedoor.plan import Plan
from onedoor.refusals import CannotDo
from onedoor.supervisor import FAILED, READY

STOPPED = 60.0  # seconds everything may take to stop


def start(plan: Plan, *, tell: Tell) -> float:
    """Start, and return when everything is ready; gives the seconds it took. What the supervisor says is passed on.

    Raises CannotStart.
    """
    plan.home.make()
    heard, said = os.pipe()
    supervisor = _spawn(plan, report=said)
    os.close(said)
    try:
        last = _passed_on(heard, tell=tell)
    except KeyboardInterrupt:
        supervisor.send_signal(signal.SIGTERM)
        last = f"{FAILED}stopped before it was ready"
    if last.startswith(READY):
        return float(last.removeprefix(READY))
    supervisor.wait()
    raise CannotStart(last.removeprefix(FAILED) or f"the supervisor ended: see {plan.home.log('supervisor')}")


def stop(home: Home) -> bool:
    """Stop what runs from this home, and wait until it has. False where nothing ran."""
    holder = home.holder()
    if not holder:
        return False
    with suppress(ProcessLookupError):
        os.kill(holder, signal.SIGTERM)
    give_up = time.monotonic() + STOPPED
    while home.holder() == holder:
        if time.monotonic() > give_up:
            raise CannotDo(f"process {holder} does not stop: see {home.log('supervisor')}")
        time.sleep(0.05)
    return True


def _spawn(plan: Plan, *, report: int) -> subprocess.Popen[bytes]:
    log = plan.home.log("supervisor")
    with telling_why(plan.home.root):
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as written:
            return subprocess.Popen(
                [sys.executable, "-m", "onedoor.supervisor", str(report), *plan.packages],
                env={**os.environ, "ONEDOOR_HOME": str(plan.home.root)},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                pass_fds=(report,),
                start_new_session=True,
            )


def _passed_on(heard: int, *, tell: Tell) -> str:
    """Pass on what the supervisor says, but for its last word, which is given; empty where it died without one."""
    with os.fdopen(heard) as lines:
        for line in lines:
            if line.startswith(READY):
                return line.strip()
            if line.startswith(FAILED):
                return (line + lines.read()).strip()
            tell(line.rstrip("\n"))
    return ""
