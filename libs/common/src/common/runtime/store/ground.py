"""What every transaction of a service stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from common.runtime.settings import Council
from common.runtime.store.eras import Eras


@dataclass(frozen=True, slots=True)
class Ground:
    """The councils of this platform by id, the eras of this service's said log, and the files and names it was told of."""

    councils: Mapping[str, Council] = field(default_factory=dict)
    eras: Eras = field(default_factory=Eras)
    audit_key_file: Path | None = None
    sign_in_file: Path | None = None
    signing_keys_file: Path | None = None
    resident_issuer: str | None = None
    notify_file: Path | None = None
    outbox: Path | None = None


NOWHERE = Ground()
"""A platform without councils, in its first era."""
