"""Tests on containers, as far as can be tried without Docker: a daemon that is none, with our own PostgreSQL as its container."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from common.embedded import Postgres, free_port
from common.testing import servers
from common.testing.servers import IMAGE, SETTINGS, docker_answers

ROOT = Path(__file__).parents[3]

# As the fixture does it: PostgreSQL for a session, and a service's database in it.
PROGRAM = """
import sys
from pathlib import Path
from common.runtime.schema.migrations import create_database, migrate
from common.testing.databases import owner_address
from common.testing.servers import Servers, postgres
from common.testing.toy.speaker.app import service

home = Path(sys.argv[1])
with postgres(home) as admin:
    found = Servers(home, admin, "a-made-up-password")
    create_database(admin, service, password=found.password)
    migrate(owner_address(found, service, service.package), service)
    print(admin)
"""


@dataclass
class Daemon:
    """What a Docker daemon was asked for. Its one container is a PostgreSQL that runs already."""

    postgres: Postgres
    port: int
    asked: list[str] = field(default_factory=list)
    created: dict[str, Any] = field(default_factory=dict)
    removed: str = ""

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def answer(self, method: str, path: str, query: str, body: bytes) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        match method, path.removeprefix("/").split("/"):
            case _, ["_ping"]:
                return 200, "OK"
            case "GET", ["version"]:
                return 200, {"ApiVersion": "1.44", "Version": "27.0"}
            case "GET", ["images", *name, "json"]:
                return 200, {"Id": "sha256:1", "RepoTags": ["/".join(name)]}
            case "POST", ["containers", "create"]:
                self.created = json.loads(body)
                return 201, {"Id": "c1", "Warnings": []}
            case "POST", ["containers", "c1", "start"]:
                self._as_its_image_would()
                return 204, ""
            case "GET", ["containers", "c1", "json"]:
                return 200, self._inspected()
            case "POST", ["containers", "c1", "exec"]:
                return 201, {"Id": "e1"}
            case "POST", ["exec", "e1", "start"]:
                return 200, ""
            case "GET", ["exec", "e1", "json"]:
                return 200, {"ExitCode": 0, "Running": False}
            case "DELETE", ["containers", "c1"]:
                self.removed = query
                return 204, ""
        return 404, {"message": f"a daemon that is none knows nothing of {method} {path}"}

    def _as_its_image_would(self) -> None:
        told = dict(line.split("=", 1) for line in self.created["Env"])
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute(f"ALTER ROLE {told['POSTGRES_USER']} PASSWORD '{told['POSTGRES_PASSWORD']}'")

    def _inspected(self) -> dict[str, Any]:
        mapped = [{"HostIp": "127.0.0.1", "HostPort": str(self.postgres.port)}]
        return {
            "Id": "c1",
            "State": {"Status": "running", "Running": True},
            "Config": {"Image": IMAGE, "Labels": {}},
            "HostConfig": {"NetworkMode": "default"},
            "NetworkSettings": {"Ports": {"5432/tcp": mapped}, "Networks": {}},
        }


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    home = Path(tempfile.mkdtemp(prefix="onedoor-"))
    home.chmod(0o711)
    server = Postgres(home, port=free_port(), settings=SETTINGS)
    server.start()
    found = Daemon(server, free_port())

    class Speaks(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            path = asked.path if not asked.path.startswith("/v1.") else "/" + asked.path.split("/", 2)[2]
            length = int(self.headers.get("Content-Length") or 0)
            status, said = found.answer(self.command, path, asked.query, self.rfile.read(length))
            data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if isinstance(said, str) else "application/json")
            self.send_header("Api-Version", "1.44")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data if self.command != "HEAD" else b"")
            # What a command prints is read to the end of the connection.
            self.close_connection = path == "/exec/e1/start"

        do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the names that http.server calls

        def log_message(self, *words: Any) -> None:
            """Not on the tests' own output."""

    http = ThreadingHTTPServer(("127.0.0.1", found.port), Speaks)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        http.shutdown()
        http.server_close()
        server.remove()


def test_a_session_on_containers_asks_docker_for_what_the_embedded_server_is(daemon: Daemon, tmp_path: Path) -> None:
    told = {
        **os.environ,
        "DOCKER_HOST": daemon.address,
        "ONEDOOR_TEST_SERVERS": "containers",
        "TESTCONTAINERS_RYUK_DISABLED": "true",  # the reaper is a container too, and this daemon has one
        "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
        "POSTGRES_USER": "somebody-elses",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path)],
        env=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")

    given = dict(line.split("=", 1) for line in daemon.created["Env"])
    address = urlsplit(done.stdout.strip())
    assert (address.username, address.password) == ("onedoor", given["POSTGRES_PASSWORD"])
    assert (address.hostname, address.port, address.path) == ("127.0.0.1", daemon.postgres.port, "/postgres")
    assert (given["POSTGRES_USER"], given["POSTGRES_DB"]) == ("onedoor", "postgres")
    assert given["POSTGRES_INITDB_ARGS"].split() == [
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    ]
    assert daemon.created["Image"] == IMAGE
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    assert daemon.created["Cmd"] == ["postgres", *options]
    assert list(daemon.created["ExposedPorts"]) == ["5432/tcp"]
    assert "POST /containers/c1/start" in daemon.asked
    assert "force=True" in daemon.removed or "force=1" in daemon.removed
    assert "v=" in daemon.removed  # its volume goes with it


def test_the_embedded_server_is_sorted_as_the_container_is_told_to_be() -> None:
    source = Path(servers.__file__).parents[1].joinpath("embedded", "postgres.py").read_text()
    assert [option for option in servers.SORTED_AS_EMBEDDED.split() if f'"{option}"' not in source] == []


def test_containers_are_of_the_version_that_runs_in_production() -> None:
    assert f"image: {IMAGE}\n" in (ROOT / "docker-compose.yml").read_text()


def test_docker_is_used_where_it_answers_and_not_where_only_its_address_is_set(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONEDOOR_TEST_SERVERS", raising=False)
    monkeypatch.setenv("DOCKER_HOST", daemon.address)
    assert docker_answers()
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{free_port()}")
    assert not docker_answers()
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert not docker_answers()
    monkeypatch.setenv("ONEDOOR_TEST_SERVERS", "containers")
    assert docker_answers()  # who says so is told by Docker what is wrong
    monkeypatch.setenv("DOCKER_HOST", daemon.address)
    monkeypatch.setenv("ONEDOOR_TEST_SERVERS", "embedded")
    assert not docker_answers()
