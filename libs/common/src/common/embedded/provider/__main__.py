"""Runs our provider as a process: `python -m common.embedded.provider 8013 .onedoor`. It keeps its client's secrets there."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

from common.embedded.provider.app import Desk, create
from common.embedded.provider.client import Client


def run(home: Path, *, port: int) -> None:
    """Serve until a signal."""
    client = Client(home, url=f"http://127.0.0.1:{port}")
    desk = Desk(client.url, client_key=client.key, client_secret=client.secret.read_text())
    uvicorn.run(create(desk), host="127.0.0.1", port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    run(Path(sys.argv[2]), port=int(sys.argv[1]))
