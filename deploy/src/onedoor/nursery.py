"""The process that the services come from: it loads them all once, prepares, and forks one process for each.

Loading is most of a start, so this is several times faster than five programs, and the five share the memory of what was
loaded. Each is still a process of its own: when one dies, the nursery says which, stops the others and ends.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uuid_utils
from common.embedded.audit_key import AuditKey
from common.embedded.children import end_with_parent
from common.embedded.issuer import ISSUER, RESIDENTS, Issuer

from onedoor import ends, readiness
from onedoor.packages import name_of
from onedoor.plan import Plan
from onedoor.prepare import CannotPrepare, prepare
from onedoor.serve import load, serve

GRACE = 8.0  # seconds the services may take to stop
_BROKER = 30.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class AskedToStop(BaseException):
    """Not an Exception: nothing on the way may swallow it."""


@dataclass(frozen=True)
class Born:
    """One service's process, and where its part of its log begins."""

    name: str
    log: Path
    since: int


def run(plan: Plan, *, start: str) -> str:
    """Load, prepare, fork and watch. Gives a sentence on the service that died; AskedToStop ends it otherwise."""
    gc.disable()  # all that is loaded stays: looking at it again and again would only cost
    apps = {package: load(package) for package in plan.packages}
    prepare(plan, start=start)
    _until_broker(plan.broker("operator"))
    gc.freeze()
    born: dict[int, Born] = {}
    try:
        with _undisturbed():
            for package, app in apps.items():
                born.update(_fork(plan, package, app))
        pid, status = os.wait()
        return _epitaph(born.pop(pid), os.waitstatus_to_exitcode(status))
    finally:
        _stop(born)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals wait: no fork hears one as if it were the nursery, and the nursery loses count of none."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _epitaph(one: Born, code: int) -> str:
    return f"{one.name} {ends.how(code)}: {ends.last_words(one.log, since=one.since)}"


def _until_broker(url: str) -> None:
    give_up = time.monotonic() + _BROKER
    while wrong := readiness.broker_greets(url):
        if time.monotonic() > give_up:
            raise CannotPrepare(f"the broker {wrong}")
        time.sleep(0.01)


def _fork(plan: Plan, package: str, app: Any) -> dict[int, Born]:
    name = name_of(package)
    log = plan.home.log(name)
    since = log.stat().st_size if log.exists() else 0
    dies = end_with_parent(signal.SIGTERM)
    if pid := os.fork():
        return {pid: Born(name, log, since)}
    try:
        _become(name, log, dies)
        os.environ.update(_environment(plan, name))
        os.environ.pop("PGPASSWORD", None)  # whose ever it is, drivers would take it before the password file
        serve(app, name=name, port=plan.port(package))
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # never back into the nursery's own stack


def _become(name: str, log: Path, dies: Callable[[], None] | None) -> None:
    """What a fork needs to be somebody: its own end, signals, log, name and randomness."""
    if dies:
        dies()
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for standard in (1, 2):
        os.dup2(written, standard)
    with suppress(OSError):  # so that ps and top tell them apart, where the system has it
        Path("/proc/self/comm").write_text(name[:15])
    uuid_utils.reseed_rng()
    gc.enable()


def _environment(plan: Plan, name: str) -> dict[str, str]:
    """What a service is told."""
    partners = name == "partner-gateway"
    return {
        "ONEDOOR_PROFILE": "embedded",
        "ONEDOOR_DATABASE_URL": plan.roles,
        "ONEDOOR_NATS_URL": plan.broker(name),
        "ONEDOOR_COUNCILS_FILE": str(plan.home.councils),
        "ONEDOOR_ISSUER": ISSUER,
        "ONEDOOR_ISSUER_KEYS": str(Issuer(plan.home.root).public),
        "ONEDOOR_RESIDENT_ISSUER": RESIDENTS,
        "ONEDOOR_RESIDENT_ISSUER_KEYS": f"{plan.urls.get('customer-account', '')}/.well-known/jwks.json",
        "ONEDOOR_STAFF_SIGN_IN": "true",
        "ONEDOOR_SIGN_IN_FILE": str(plan.home.sign_in),
        "ONEDOOR_SIGNING_KEYS_FILE": str(plan.home.partner_signing_keys if partners else plan.home.signing_keys),
        **({"ONEDOOR_PARTNER_ISSUER": plan.urls[name]} if partners else {}),
        "ONEDOOR_AUDIT_KEY_FILE": str(AuditKey(plan.home.root).private),
        "ONEDOOR_KEY_FILE": str(plan.key_file(name)),
        "ONEDOOR_PUBLIC_KEYS": str(plan.public_keys),
        "ONEDOOR_CLOCK_FILE": str(plan.home.clock),
        "ONEDOOR_TRACE_STORE": str(plan.home.traces),
        "ONEDOOR_OUTBOX": str(plan.home.root / "outbox"),
    }


def _stop(born: Mapping[int, Born]) -> None:
    """Ask all to stop, wait, and make sure."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    left = set(born)
    _signal(left, signal.SIGTERM)
    give_up = time.monotonic() + GRACE
    while left and time.monotonic() < give_up:
        left = {pid for pid in left if os.waitpid(pid, os.WNOHANG) == (0, 0)}
        time.sleep(0.02)
    _signal(left, signal.SIGKILL)


def _signal(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def main(packages: Sequence[str], *, start: str) -> str | None:
    """As a program. Gives the sentence to end with, if there is one."""

    def ask(number: int, frame: Any) -> None:
        raise AskedToStop

    for number in _SIGNALS:
        signal.signal(number, ask)
    try:
        return run(Plan.from_environment(tuple(packages)), start=start)
    except CannotPrepare as reason:
        return str(reason)
    except AskedToStop:
        return None
    except Exception as fault:
        traceback.print_exc()
        return f"the services cannot be loaded: {type(fault).__name__}: {fault} (see services.log)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], start=sys.argv[1]))
