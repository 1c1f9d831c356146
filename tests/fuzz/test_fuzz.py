"""Nonsense to every route of every service, as every role, from a fixed seed: every answer is one the document promises."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from common.embedded import free_port
from common.embedded.issuer import SERVICES, Issuer
from common.runtime.ids import new_id
from onedoor.home import Home
from onedoor.running import Running

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
EXAMPLES = os.environ.get("ONEDOOR_FUZZ_EXAMPLES", "15")
SEED = "20261121"
PARTNER = "warmth-debt-advice"
ROLES = {
    "resident": str(new_id()),
    "officer": "fuzz-officer",
    "partner": PARTNER,
    "reviewer": "fuzz-reviewer",
    "administrator": "fuzz-administrator",
    "nobody": "",
}


@pytest.fixture(scope="module")
def platform() -> Iterator[tuple[Home, Running]]:
    """The platform as `onedoor up` starts it, with the demo in it."""
    home = Path(tempfile.mkdtemp(prefix="onedoor-fuzz-"))
    home.chmod(0o711)
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    base = free_port() // 1000 * 1000 + worker % 10 * 100  # no other worker's
    environment = os.environ | {"ONEDOOR_HOME": str(home), "ONEDOOR_PORT_BASE": str(base)}
    subprocess.run([BIN / "onedoor", "up", "--detach"], env=environment, check=True, capture_output=True)
    try:
        yield Home(home), Running.of(Home(home))
    finally:
        subprocess.run([BIN / "onedoor", "down"], env=environment, check=True, capture_output=True)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_the_document_promises(
    platform: tuple[Home, Running], service: str, role: str, tmp_path: Path
) -> None:
    home, running = platform
    url = running.services[service]
    done = subprocess.run(
        [
            *(
                BIN / "schemathesis",
                "--config-file",
                HERE / "schemathesis.toml",
                "run",
                f"{url}/openapi.json",
                "--url",
                url,
            ),
            *("--phases", "examples,coverage,fuzzing", "--checks", "all", "--seed", SEED, "--max-examples", EXAMPLES),
            *("--request-timeout", "15", "--workers", "1", "--generation-database", "none", "--no-color"),
            *headers(home, role),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert httpx.get(f"{url}/ready").status_code == 200


def headers(home: Home, role: str) -> list[str]:
    """What schemathesis sends as this role."""
    if role == "nobody":
        return []
    token = Issuer(home.root).token(role, subject=ROLES[role], councils=["northmere"], seconds=3600)
    return ["-H", f"Authorization: Bearer {token}"]
