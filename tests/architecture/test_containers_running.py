"""What the containers run, run here: the compose file's own commands, environment and checks as processes of this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import nats
import psycopg
import pytest
import yaml
from common.embedded import Child, Postgres, free_port
from common.embedded.audit_key import AuditKey
from common.embedded.binaries import nats_server
from common.embedded.issuer import Issuer
from common.embedded.postgres import FOR_TESTS
from common.embedded.service_keys import ServiceKeys
from common.runtime.envelope import subject
from common.runtime.settings import CannotServe, Settings
from common.runtime.signing import begun, write_signing_keys
from common.runtime.store.database import ROLES
from onedoor.contracts import ROOT, catalogue
from onedoor.packages import PACKAGES, name_of
from onedoor.plan import COUNCILS

HERE = ROOT / "deploy/container"
CONF = HERE / "nats.conf"
TEXT = (ROOT / "docker-compose.yml").read_text()
PARTS: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
SERVICES = [name_of(package) for package in PACKAGES]
VARIABLE = re.compile(r"\$\{(\w+):\?[^}]+\}")
ISSUER = "https://sign-in.example.org"
# What an operator would put into the environment.
GIVEN = {name: f"made-up-{number}-for-this-test" for number, name in enumerate(sorted(set(VARIABLE.findall(TEXT))))}
GIVEN |= {"ONEDOOR_ISSUER": ISSUER, "ONEDOOR_ETC": "/etc/somewhere", "ONEDOOR_STAFF_SIGN_IN": "false"}
GIVEN |= {"ONEDOOR_PARTNER_ISSUER": "https://partners.example"}


def environment(part: str) -> dict[str, str]:
    """A part's variables, filled in as Compose fills them in."""
    told = PARTS[part]["environment"]
    return {name: VARIABLE.sub(lambda found: GIVEN[found[1]], str(value)) for name, value in told.items()}


def test_a_service_accepts_what_it_is_told_and_refuses_the_local_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment("case-crm").items():
        monkeypatch.setenv(name, value)
    told = Settings()  # from the environment
    password = GIVEN["ONEDOOR_CASE_CRM_PASSWORD"]
    address = f"postgresql://case_crm_officer:{password}@postgres:5432/case_crm"
    assert told.database(service="case-crm", role="officer") == address
    assert told.nats_url.get_secret_value() == f"nats://case-crm:{password}@nats:4222"
    monkeypatch.setenv("ONEDOOR_ISSUER", "onedoor-local:issuer")
    with pytest.raises(CannotServe):
        Settings()


# -- the broker's configuration


def test_the_broker_accepts_its_configuration_and_not_without_every_password() -> None:
    command = [str(nats_server()), "-t", "--config", str(CONF)]
    passwords = environment("nats")
    assert subprocess.run(command, env=passwords, capture_output=True, check=False).returncode == 0
    for missing in passwords:
        env = {name: value for name, value in passwords.items() if name != missing}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert missing in done.stderr


def test_the_broker_writes_to_disk_before_it_acknowledges() -> None:
    lines = CONF.read_text().splitlines()
    start = lines.index("jetstream {")  # each option on a line of its own: the server misreads several on one
    assert lines[start + 1 : lines.index("}", start)] == [
        "  store_dir: /data",
        "  sync_interval: always",
        "  max_file_store: 8589934592",
    ]
    assert "nats:/data" in PARTS["nats"]["volumes"]


def users() -> dict[str, dict[str, list[str]]]:
    """The users of nats.conf with what they may publish and subscribe to."""
    found = {}
    for block in CONF.read_text().split("user: ")[1:]:
        lists = re.findall(r"(publish|subscribe) \{ allow: \[(.*?)\]", block, re.DOTALL)
        found[block.split()[0]] = {what: re.findall('"(.+)"', subjects) for what, subjects in lists}
    return found


def test_the_brokers_users_are_those_of_the_local_runner(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("runner")
    postgres = Postgres(home / "cluster", port=free_port(), settings=FOR_TESTS)
    postgres.start()
    try:
        told = {"ONEDOOR_HOME": str(home), "ONEDOOR_DATABASE_URL": postgres.url().replace("/postgres", "/{service}")}
        command = [sys.executable, "-m", "onedoor.prepare", *PACKAGES]
        subprocess.run(command, env={**os.environ, **told}, check=True, capture_output=True)
    finally:
        postgres.remove()
    prepared = json.loads((home / "prepared.json").read_text())
    assert users() == prepared["users"], "run .venv/bin/python deploy/container/nats_conf.py"


# -- everything together


@dataclass
class Town:
    """The parts of the compose file on this machine."""

    home: Path
    issuer: Issuer
    postgres: Postgres
    nats_port: int
    health_port: int
    ports: dict[str, int] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)

    def environment(self, part: str) -> dict[str, str]:
        """A part's variables, with the addresses of this machine."""
        superuser = self.postgres.url().partition("//")[2].rpartition("@")[0]
        places = {
            f"postgres:{GIVEN['ONEDOOR_ADMINISTRATOR_PASSWORD']}@": f"{superuser}@",
            "@postgres:5432": f"@127.0.0.1:{self.postgres.port}",
            "@nats:4222": f"@127.0.0.1:{self.nats_port}",
            "/etc/onedoor": str(self.home / "etc"),
            "/run/secrets/audit-key.pem": str(AuditKey(self.home).private),
            "/run/secrets/sign-in": str(self.home / "account"),
            "/run/secrets/partners": str(self.home / "partners"),
            "/run/secrets/keys": str(ServiceKeys(self.home).ensure(part)),
        }
        told = environment(part)
        told.pop("OTEL_EXPORTER_OTLP_ENDPOINT", None)  # nobody listens there
        for there, here in places.items():
            told = {name: value.replace(there, here) for name, value in told.items()}
        return {"PATH": os.environ["PATH"], **told}

    def start(self, name: str, argv: list[str], env: dict[str, str]) -> None:
        self.children[name] = Child(name=name, argv=argv, home=self.home, cwd=HERE, env=env)
        self.children[name].start()

    def migrate(self, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run what the container `migrate` runs."""
        argv = [sys.executable, *PARTS["migrate"]["command"]]
        env = {**self.environment("migrate"), **changed}
        return subprocess.run(argv, cwd=HERE, env=env, capture_output=True, text=True, check=False)

    def healthy(self, name: str) -> bool:
        """What the container's own health check says."""
        _, python, *words = PARTS[name]["healthcheck"]["test"]
        argv = [word.replace("127.0.0.1:8000", f"127.0.0.1:{self.ports[name]}") for word in words]
        assert (python, argv != words) == ("python", True)
        return subprocess.run([sys.executable, *argv], capture_output=True, check=False).returncode == 0

    def until_healthy(self, name: str) -> None:
        give_up = time.monotonic() + 60
        while not self.healthy(name):
            for child in (self.children["nats"], self.children[name]):
                assert child.alive(), child.said()
            assert time.monotonic() < give_up, self.children[name].said()
            time.sleep(0.2)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def officer(self, *, issuer: str = ISSUER) -> dict[str, str]:
        token = self.issuer.token("officer", subject="sam", councils=["northmere"], issuer=issuer)
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """On a cluster and a broker of its own: roles belong to the cluster, and the migration changes their passwords."""
    home = tmp_path_factory.mktemp("containers")
    issuer = Issuer(home / "sign-in")
    (home / "etc").mkdir()
    (home / "etc/councils.yaml").write_bytes(COUNCILS.read_bytes())
    AuditKey(home).ensure()
    (home / "account").mkdir()
    write_signing_keys(home / "account/signing-keys.json", begun())
    (home / "partners").mkdir()
    write_signing_keys(home / "partners/signing-keys.json", begun())
    (home / "account/sign-in.yaml").write_text("providers: {}\n")
    (home / "etc/issuer-keys.json").write_bytes(issuer.ensure().read_bytes())
    for name in SERVICES:
        ServiceKeys(home).ensure(name)
    (home / "etc/public-keys.json").write_bytes(ServiceKeys(home).public.read_bytes())
    made = Town(
        home, issuer, Postgres(home / "cluster", port=free_port(), settings=FOR_TESTS), free_port(), free_port()
    )
    with ExitStack() as stack:
        made.postgres.start()
        stack.callback(made.postgres.remove)
        stack.callback(lambda: [child.stop() for child in made.children.values()])
        conf = home / "nats.conf"  # the same, with its data here: that one option cannot be given as a flag as well
        conf.write_text(CONF.read_text().replace("store_dir: /data", f"store_dir: {json.dumps(str(home / 'data'))}"))
        here = ["-a", "127.0.0.1", "-p", str(made.nats_port), "-m", str(made.health_port)]
        made.start("nats", [str(nats_server()), "--config", str(conf), *here], environment("nats"))
        done = made.migrate()
        assert done.returncode == 0, done.stderr
        for name in SERVICES:
            made.ports[name] = free_port()
            argv = [sys.executable, *PARTS[name]["command"], "--port", str(made.ports[name])]
            made.start(name, argv, made.environment(name))
        for name in SERVICES:
            made.until_healthy(name)
        yield made


def test_the_broker_is_healthy_where_its_check_looks(town: Town) -> None:
    url = PARTS["nats"]["healthcheck"]["test"][-1]
    assert url == "http://127.0.0.1:8222/healthz"
    assert "http: 127.0.0.1:8222" in CONF.read_text()
    assert httpx.get(url.replace("8222", str(town.health_port))).json() == {"status": "ok"}


def test_a_case_goes_from_one_service_to_another(town: Town) -> None:
    body = {"service": "missed_bin", "channel": "phone", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
    case = httpx.post(f"{town.url('case-crm')}/cases", json=body, headers=town.officer())
    assert case.status_code == 201, case.text
    after = {"Onedoor-After": case.headers["Onedoor-After"]}
    tracked = httpx.get(f"{town.url('feedback')}/tracking/{case.json()['tracking_reference']}", headers=after)
    assert (tracked.status_code, tracked.json()["council"]) == (200, "northmere")


def test_a_token_of_the_local_issuer_is_refused_and_the_documentation_is_off(town: Town) -> None:
    local = town.officer(issuer="onedoor-local:issuer")
    assert httpx.get(f"{town.url('case-crm')}/cases", headers=local).status_code == 401
    assert httpx.get(f"{town.url('case-crm')}/docs").status_code == 404


def test_migrating_again_changes_nothing_and_stops_nobody(town: Town) -> None:
    running = {name: town.children[name].pid for name in SERVICES}
    done = town.migrate()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"{package} is ready" for package in PACKAGES]
    for name in SERVICES:
        town.until_healthy(name)
    assert {name: town.children[name].pid for name in SERVICES} == running


def test_the_migration_begins_an_era_of_what_was_restored(town: Town) -> None:
    assert town.migrate(ONEDOOR_RESTORED="feedback case-crm").returncode == 0
    for package in PACKAGES:
        with psycopg.connect(town.postgres.url().replace("/postgres", f"/{package}")) as connection:
            eras = [number for (number,) in connection.execute("SELECT number FROM onedoor.era")]
        assert eras == ([1] if package in {"feedback", "case_crm"} else [])
    wrong = town.migrate(ONEDOOR_RESTORED="feedbak")
    assert (wrong.returncode, wrong.stderr) == (1, "ONEDOOR_RESTORED names feedbak, and there is no such service\n")


def test_a_weak_password_or_an_unreachable_database_is_refused_in_a_sentence_without_a_secret(town: Town) -> None:
    weak = town.migrate(ONEDOOR_FEEDBACK_PASSWORD="12345678901234567890")
    assert weak.returncode == 1
    assert weak.stderr.startswith("ONEDOOR_FEEDBACK_PASSWORD must begin with a letter")
    away = town.migrate(ONEDOOR_DATABASE_URL=f"postgresql://postgres:hidden@127.0.0.1:{free_port()}/{{service}}")
    assert away.returncode == 1
    assert away.stderr.startswith("the database of customer-account cannot be prepared: ")
    assert len(away.stderr.splitlines()) == 1
    assert "hidden" not in away.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_no_service_can_log_in_as_the_owner_or_into_anothers_database(town: Town, package: str) -> None:
    place = f"host=127.0.0.1 port={town.postgres.port} password={GIVEN[f'ONEDOOR_{package.upper()}_PASSWORD']}"
    other = next(each for each in PACKAGES if each != package)
    for role in ROLES:
        psycopg.connect(f"{place} user={package}_{role} dbname={package}").close()
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"{place} user={package}_{role} dbname={other}")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(f"{place} user={other}_{role} dbname={other}")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"{place} user={package}_owner dbname={package}")
    with psycopg.connect(town.postgres.url()) as connection:  # and not with the right one either
        asked = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s"
        assert connection.execute(asked, [f"{package}_owner"]).fetchone() == (False,)


async def objections(town: Town, user: str, places: set[str], *, wanted: int) -> list[str]:
    """What the broker has against messages of `user`; it says so in its own time."""
    said: list[str] = []

    async def note(fault: Exception) -> None:
        said.append(str(fault))

    password = GIVEN[f"ONEDOOR_{user.replace('-', '_').upper()}_PASSWORD"]
    client = await nats.connect(f"nats://{user}:{password}@127.0.0.1:{town.nats_port}", error_cb=note)
    for place in places:
        await client.publish(place, b"{}")
    give_up = time.monotonic() + 10
    while len(said) < wanted and time.monotonic() < give_up:
        await client.flush()
    await client.close()
    return said


@pytest.mark.parametrize("user", [*SERVICES, "operator"])
async def test_nobody_may_say_what_is_for_others_to_say(town: Town, user: str) -> None:
    places = {event: subject(event.aggregate, event.name) for event in catalogue() if event.speaker != "any"}
    theirs = {place for event, place in places.items() if event.speaker != user}
    said = await objections(town, user, set(places.values()), wanted=len(theirs))
    assert sorted(said) == sorted(f'nats: permissions violation for publish to "{place}"' for place in theirs)
