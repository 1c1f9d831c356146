"""What people are found by, as it is kept and looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.runtime.reading import Reading

_BLIND = frozenset({"postcode", "phone", "email"})


def blinded(session: Reading, keys: Mapping[str, Any]) -> dict[str, Any]:
    """These keys with digests in place of what tells where somebody is or how to reach them."""
    return {
        name: session.blind(key, home=f"find_by.{name}") if name in _BLIND and key else key
        for name, key in keys.items()
    }
