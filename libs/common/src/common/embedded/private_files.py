"""Writing a file that only its owner may read; what is secret is decided by the caller."""

import os
from pathlib import Path

from common.embedded.run_as import RunAs


def write_private(file: Path, text: str, *, owner: RunAs | None = None) -> None:
    """Write `text` to `file`, mode 0600, owned by `owner` (None: us). Made anew, whatever was there. Raises OSError."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
        if owner:
            os.fchown(opened.fileno(), owner.uid, owner.gid)
