"""The ways to sign in that this installation has: their file, read when it changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from common.runtime.reading import Reading
from common.runtime.settings import CannotServe
from pydantic import ValidationError

from customer_account.domain.providers import SignInTold


def ways_to_sign_in(read: Reading) -> SignInTold:
    """What the file says now; nothing, where there is no file. Raises CannotServe where it cannot be used."""
    file = read.ground.sign_in_file
    return _read(file, file.stat().st_mtime_ns) if file else SignInTold()


@lru_cache(maxsize=8)
def _read(file: Path, changed: int) -> SignInTold:
    try:
        return SignInTold.model_validate(yaml.safe_load(file.read_text()))
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, each['loc'])) or 'the whole'}: {each['msg']}" for each in fault.errors()]
        raise CannotServe(f"{file}: " + "; ".join(mistakes)) from None
    except yaml.YAMLError:
        raise CannotServe(f"{file} is not YAML") from None
