"""Nonsense to every route of every service, from a fixed seed: every answer is one the document promises.

A stranger sends it to all of them, each role to those that are for it; that others are turned away is test_refusals' part.
"""

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

from tests.architecture.routes import OPERATIONS

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
}
NOBODY = "nobody"
# What a stranger sends is not read before they are turned away: two examples of each route say as much as fifty.
STRANGERS = ("--phases", "examples,fuzzing", "--max-examples", "2")
ROLES_OWN = ("--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES)
THEIRS = {
    (service, role): [
        str(each.route.operation_id) for each in OPERATIONS if each.service == service and role in each.roles
    ]
    for service in SERVICES
    for role in ROLES
}
LONGEST_FIRST = sorted((pair for pair in THEIRS if THEIRS[pair]), key=lambda pair: -len(THEIRS[pair]))


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


@pytest.mark.parametrize(("service", "role"), [*LONGEST_FIRST, *((service, NOBODY) for service in SERVICES)])
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
            *("--checks", "all", "--seed", SEED, *(STRANGERS if role == NOBODY else ROLES_OWN)),
            *("--request-timeout", "15", "--workers", "1", "--generation-database", "none", "--no-color"),
            *(f"--include-operation-id={operation}" for operation in THEIRS.get((service, role), ())),
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
    if role == NOBODY:
        return []
    token = Issuer(home.root).token(role, subject=ROLES[role], councils=["northmere"], seconds=3600)
    return ["-H", f"Authorization: Bearer {token}"]
