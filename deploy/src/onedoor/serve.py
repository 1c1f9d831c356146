"""Runs one service in this process: `python -m onedoor.serve case_crm 8002`. What it is told comes by ONEDOOR_ variables."""

from __future__ import annotations

import sys

import uvicorn
from common.runtime.telemetry import log_to_stderr

from onedoor.packages import name_of

LAST_REQUESTS = 5  # seconds that open requests may still take when the process is asked to stop


def serve(package: str, *, port: int) -> None:
    """Serve until SIGTERM."""
    log_to_stderr(name_of(package))
    uvicorn.run(
        f"{package}.app:create",
        factory=True,
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
    serve(sys.argv[1], port=int(sys.argv[2]))
