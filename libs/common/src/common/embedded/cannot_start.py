"""The one refusal of this package, and how a full disk is told apart; no process is started here."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_IN_WORDS = ("no space left on device", "disk quota exceeded", "check free disk space")
_NOTHING_LEFT = 64 * 1024


class CannotStart(Exception):
    """A server or child process cannot start. The message is one plain sentence, then perhaps its last log lines."""


@contextmanager
def telling_why(path: Path) -> Iterator[None]:
    """Turn an OSError met while preparing `path` into CannotStart with a plain sentence."""
    try:
        yield
    except OSError as error:
        raise CannotStart(_sentence(error, path)) from error


def refuse_if_full(path: Path, *, output: str) -> None:
    """Raise CannotStart when `output` of a failed program, or the disk under `path` itself, says the disk is full.

    The disk is asked too, since a program whose log lies on the full disk cannot say so.
    """
    if _says_full(output) or _is_full(path):
        raise CannotStart(f"the disk holding {path} is full")


def _sentence(error: OSError, path: Path) -> str:
    if error.errno in _FULL or _says_full(str(error)):  # shutil has only words for it
        return f"the disk holding {path} is full"
    return f"cannot use {error.filename or path}: {error.strerror or error}"


def _says_full(output: str) -> bool:
    return any(words in output.casefold() for words in _FULL_IN_WORDS)


def _is_full(path: Path) -> bool:
    try:
        disk = os.statvfs(path)
    except OSError:
        return False
    return disk.f_blocks > 0 and disk.f_bavail * disk.f_frsize < _NOTHING_LEFT
