"""One supervised child process: its log, its lock, its signals; what it runs and why is told by its caller.

A child ends when the process that started it ends, even by SIGKILL: Linux sends it a signal at the death of the *thread*
that forked it (PR_SET_PDEATHSIG), which is why children are started from the main thread only. The lock is a file held
open by the child itself, so it is free exactly when the child, and all it forked, are gone.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from common.embedded.cannot_start import CannotStart, telling_why
from common.embedded.run_as import RunAs

_PR_SET_PDEATHSIG = 1
_DYING_SECONDS = 5.0  # a child of a killed supervisor needs a moment to be gone


@dataclass(kw_only=True)
class Child:
    """One child process named `name`, logging to `<home>/logs/<name>.log`, at most one per home and name.

    `env` replaces the environment (None: ours); `user` is who it runs as (None: us); `stop_signals` are sent in turn
    by `stop`; `death_signal` is what it gets when we die.
    """

    name: str
    argv: Sequence[str]
    home: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    user: RunAs | None = None
    stop_signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGKILL)
    death_signal: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _log_start: int = field(default=0, init=False, repr=False)

    @property
    def log(self) -> Path:
        """The file its output is appended to, over all its runs."""
        return self.home / "logs" / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """The process id of the last start; None before the first."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs or before it started; negative: ended by that signal."""
        return self._process.poll() if self._process else None

    def alive(self) -> bool:
        """Whether it is running now."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, prepare: Callable[[], None] | None = None) -> None:
        """Start it; returns once the program runs. `prepare` is called first, when no other one runs in this home.

        Raises CannotStart: already running, program missing, disk full, not the main thread.
        """
        if threading.current_thread() is not threading.main_thread():
            raise CannotStart(f"{self.name} must be started from the main thread: it would end with any other")
        if self.alive():
            raise CannotStart(f"{self.name} is already running (process {self.pid})")
        with telling_why(self.home):
            self.log.parent.mkdir(parents=True, exist_ok=True)
            lock = self._take_lock()
            try:
                if prepare:
                    prepare()
                self._process = self._spawn(lock)
                _note(self._process.pid, lock)
            finally:
                os.close(lock)

    def stop(self, *, grace: float = 10.0) -> int | None:
        """Send each stop signal in turn, waiting `grace` seconds after each; the exit code, None if never started."""
        if self._process is None:
            return None
        for stop_signal in self.stop_signals:
            if self._process.poll() is not None:
                break
            self._send(stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
        return self._process.poll()

    def said(self, *, lines: int = 12) -> str:
        """The last lines of its log since it was last started."""
        with suppress(OSError), self.log.open("rb") as log:
            log.seek(max(self._log_start, log.seek(0, os.SEEK_END) - 16_384))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        return ""

    def _send(self, stop_signal: signal.Signals) -> None:
        assert self._process is not None  # noqa: S101 - told to mypy
        if stop_signal is signal.SIGKILL:  # nothing of it may remain: its whole session
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, stop_signal)
        self._process.send_signal(stop_signal)

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log, forking():
            self._log_start = log.tell()
            return subprocess.Popen(  # noqa: S603 - argv is ours, no shell
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C reaches the supervisor, which stops its children in order
                user=self.user.uid if self.user else None,
                group=self.user.gid if self.user else None,
                extra_groups=[] if self.user else None,
                preexec_fn=end_with_parent(self.death_signal),
            )

    def _take_lock(self) -> int:
        path = self.home / "logs" / f"{self.name}.lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + _DYING_SECONDS
        while not _locked(lock):
            if time.monotonic() > until:
                os.close(lock)
                raise CannotStart(f"{self.name} is already running from {self.home} (process {path.read_text()})")
            time.sleep(0.02)
        return lock


@contextmanager
def forking() -> Iterator[None]:
    """Where children are forked: newer Pythons warn of it beside threads, but ours only makes two system calls."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def end_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` by which a child gets `death_signal` when we die; None where the system has no such thing.

    subprocess runs it after changing the user, which matters: a change of user forgets the signal.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # we died before the child could ask
            os._exit(1)

    return ask


def _note(pid: int, lock: int) -> None:
    with suppress(OSError):  # only for messages: a full disk is told by what really needs it
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(pid).encode(), 0)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
