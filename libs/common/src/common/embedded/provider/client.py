"""The one client that our provider knows: its secrets in a folder, and the file of ways to sign in that names them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from common.embedded.private_files import write_private
from common.embedded.provider.words import CLIENT


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

    def write(self, *, return_to: Iterable[str], audiences: Iterable[str]) -> Path:
        """The file of the ways to sign in: the provider in both its dialects."""
        one_login = {"speaks": "one-login", "private_key_file": str(self.key)}
        one_login["identity"] = {"issuer": f"{self.url}/identity/", "keys": f"{self.url}/did.json"}  # type: ignore[assignment]
        told = {
            "return_to": [*return_to],
            "audiences": [*audiences],
            "providers": {
                "one-login": self._provider("One Login (of this demo)", one_login),
                "openid": self._provider("OpenID Connect (of this demo)", {"client_secret_file": str(self.secret)}),
            },
        }
        self.file.write_text(json.dumps(told, indent=1))  # JSON is YAML
        return self.file

    def _provider(self, label: str, more: dict[str, Any]) -> dict[str, Any]:
        return {"label": label, "issuer": self.url, "client_id": CLIENT, **more}
