"""Homes of local platforms, for these tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from onedoor.testing import Local, free_base


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    """A home where nothing was started yet."""
    folder = Path(tempfile.mkdtemp(prefix="onedoor-local-"))
    folder.chmod(0o711)  # pytest's own folders cannot be entered by PostgreSQL's user
    made = Local(folder / "home", free_base())
    yield made
    made.run("down")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def town(local: Local) -> Local:
    """The whole platform, running in the background."""
    done = local.run("up", "--detach")
    assert done.returncode == 0, done.stderr
    return local
