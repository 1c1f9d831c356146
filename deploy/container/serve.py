"""Runs one service in its container: `serve.py case_crm`. As `onedoor.serve` does, but for callers outside the container."""

from __future__ import annotations

import argparse

import uvicorn
from common.runtime.watching.telemetry import log_to_stderr
from onedoor.packages import PACKAGES, name_of
from onedoor.serve import LAST_REQUESTS


def serve(package: str, *, port: int) -> None:
    """Serve until SIGTERM. What the service is told comes by ONEDOOR_ variables."""
    log_to_stderr(name_of(package))
    uvicorn.run(
        f"{package}.app:create",
        factory=True,
        host="0.0.0.0",  # noqa: S104 - the container's own network; what is published of it is said in docker-compose.yml
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=LAST_REQUESTS,
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Run one service.")
    arguments.add_argument("package", choices=PACKAGES)
    arguments.add_argument("--port", type=int, default=8000)
    asked = arguments.parse_args()
    serve(asked.package, port=asked.port)
