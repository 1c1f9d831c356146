"""The weights that came with this release, read once. How they are learned is said in `training`."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from customer_account.domain.matching import Weights

FILE = Path(__file__).parent.parent / "match_weights.json"


@cache
def weights() -> Weights:
    """What two records are compared with."""
    told = json.loads(FILE.read_text())
    return Weights(told["prior"], told["levels"], told["ask_from"], told["link_from"])


@cache
def weights_digest() -> str:
    """By what the weights are told from others."""
    return sha256(FILE.read_bytes()).hexdigest()
