"""The kinds of facts, as their file says them: every service that takes one down holds it to the same shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_suffix(".yaml")
KINDS: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())
FACT_KINDS = frozenset(KINDS)
