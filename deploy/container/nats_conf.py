"""Writes nats.conf from what the services say and hear: `python deploy/container/nats_conf.py`. It starts nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from onedoor.contracts import services
from onedoor.permissions import OPERATOR, permissions

FILE = Path(__file__).with_name("nats.conf")
HEAD = """\
# The broker of docker-compose.yml. Written by nats_conf.py from what each service says and hears: not edited by hand.
server_name: onedoor
listen: 0.0.0.0:4222
http: 127.0.0.1:8222
max_payload: 1048576
jetstream {
  store_dir: /data
  sync_interval: always
  max_file_store: 8589934592
}
authorization {
  users: ["""
USER = """\
    {{
      user: {name}
      password: ${password}
      permissions {{
        publish {{ allow: [
          {publish}
        ] }}
        subscribe {{ allow: [
          {subscribe}
        ] }}
      }}
    }}"""
FOOT = "  ]\n}\n"


def users() -> Iterator[tuple[str, Mapping[str, Sequence[str]]]]:
    """Every user of the broker with the subjects it may use: the services, and whoever operates them."""
    for service in services():
        yield service.name, permissions(service.name, service.consumers())
    yield "operator", OPERATOR


def text() -> str:
    """The whole file. Passwords are names of environment variables."""
    return "\n".join((HEAD, *(_user(name, allowed) for name, allowed in users()), FOOT))


def _user(name: str, allowed: Mapping[str, Sequence[str]]) -> str:
    password = f"ONEDOOR_{name.replace('-', '_').upper()}_PASSWORD"
    return USER.format(name=name, password=password, **{what: _listed(subjects) for what, subjects in allowed.items()})


def _listed(subjects: Sequence[str]) -> str:
    return "\n          ".join(f'"{subject}"' for subject in subjects)


if __name__ == "__main__":
    FILE.write_text(text())
