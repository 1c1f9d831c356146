"""Our provider as a process beside us."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from common.embedded.cannot_start import CannotStart
from common.embedded.children import Child
from common.embedded.ports import busy
from common.embedded.provider.client import Client

_READY = 30.0  # seconds


class Provider:
    """Signs people in at `url`, without asking them anything. For tests and the demo only."""

    def __init__(self, home: Path, *, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.client = Client(home, url=self.url)
        arguments = [sys.executable, "-m", "common.embedded.provider", str(port), str(home)]
        self.child = Child(name="provider", argv=arguments, home=home)

    def start(self) -> None:
        """Returns once it listens. Raises CannotStart."""
        self.child.start()
        give_up = time.monotonic() + _READY
        while not busy(self.port):
            if not self.child.alive() or time.monotonic() > give_up:
                raise CannotStart(f"the provider did not start (see {self.child.log})")
            time.sleep(0.02)

    def stop(self) -> None:
        self.child.stop()
