"""Prints the public keys of services from a folder with a file of secrets for each: `python -m onedoor.public_keys FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from common.runtime.keeping.secrets import Secrets
from common.runtime.settings import CannotServe

from onedoor.packages import PACKAGES, name_of


def public_keys(folder: Path) -> dict[str, str]:
    """Each service's public key by its name. Raises CannotServe where a file is missing or holds no secrets."""
    return {name: Secrets.of(folder / name).public for name in map(name_of, PACKAGES)}


if __name__ == "__main__":
    try:
        print(json.dumps(public_keys(Path(sys.argv[1])), indent=1))
    except CannotServe as reason:
        sys.exit(str(reason))
