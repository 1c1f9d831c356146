"""Runs one service in this process: `python -m onedoor.serve case_crm 8002`. What it is told comes by ONEDOOR_ variables."""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Any

import uvicorn
from common.runtime.watching.telemetry import log_to_stderr

from onedoor.packages import name_of

LAST_REQUESTS = 5  # seconds that open requests may still take when the process is asked to stop


def load(package: str) -> Any:
    """A service's application. It connects to nothing before it is served."""
    return importlib.import_module(f"{package}.app").create()


def serve(app: Any, *, name: str, port: int) -> None:
    """Serve until SIGTERM. A service that cannot start says why, last of all."""
    log_to_stderr(name)
    try:
        _run(app, port=port)
    finally:
        if reason := getattr(app.state, "cannot_serve", ""):
            logging.getLogger(__name__).critical(reason)


def _run(app: Any, *, port: int) -> None:
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,  # it costs a quarter of the throughput, and the traces say more
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=LAST_REQUESTS,
    )


if __name__ == "__main__":
    serve(load(sys.argv[1]), name=name_of(sys.argv[1]), port=int(sys.argv[2]))
