"""Partners, the directory, signposts and referrals: said by partner-gateway."""

from __future__ import annotations
