"""The one client that our provider knows: its secrets in a folder, and the file of ways to sign in that names them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from common.contracts.staff import PERMISSIONS as KNOWN
from common.embedded.issuer import PERMISSIONS
from common.embedded.private_files import write_private
from common.embedded.provider.words import CLIENT

# What the groups that our provider has give: to each role what it may do where nothing narrower is asked for.
GROUPS = [
    {"group": f"{role.value}s", "role": role.value, "permissions": sorted(known & {*PERMISSIONS[role].split()})}
    for role, known in KNOWN.items()
]


class Client:
    """Makes what is missing under `home`. The provider is, or will be, at `url`."""

    def __init__(self, home: Path, *, url: str) -> None:
        self.url = url
        self.key = home / "sign-in-client.pem"
        self.secret = home / "sign-in-client-secret"
        self.file = home / "sign-in.yaml"
        if not self.key.exists():
            write_private(self.key, ECKey.generate_key("P-256").as_pem(private=True).decode())
            write_private(self.secret, secrets.token_urlsafe(24))

    def write(self, *, return_to: Iterable[str], audiences: Iterable[str], councils: Iterable[str] = ()) -> Path:
        """The file of the ways to sign in: the provider in both its dialects, and as that of each council's staff."""
        secret = {"client_secret_file": str(self.secret)}
        one_login = {"speaks": "one-login", "private_key_file": str(self.key)}
        one_login["identity"] = {"issuer": f"{self.url}/identity/", "keys": f"{self.url}/did.json"}  # type: ignore[assignment]  # a table in the file
        told = {
            "return_to": [*return_to],
            "audiences": [*audiences],
            "providers": {
                "one-login": self._provider("One Login (of this demo)", one_login),
                "openid": self._provider("OpenID Connect (of this demo)", secret),
            },
            "staff": {
                f"{council}-staff": self._provider(
                    f"Staff of {council} (of this demo)", {**secret, "councils": [council], "groups": GROUPS}
                )
                for council in councils
            },
        }
        self.file.write_text(json.dumps(told, indent=1))  # JSON is YAML
        return self.file

    def _provider(self, label: str, more: dict[str, Any]) -> dict[str, Any]:
        return {"label": label, "issuer": self.url, "client_id": CLIENT, **more}
