"""The kinds of facts, as their one file says them: every service that takes a fact down holds it to the same shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("fact_kinds.yaml")
KINDS: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())


def group_of(kind: str) -> str:
    """The field group that consents and agreements name a kind of fact by; of a kind that we do not know yet, `other`."""
    return str(KINDS.get(kind, {}).get("group", "other"))
