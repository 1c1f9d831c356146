"""Evidence and reviews: said by review-engine."""

from __future__ import annotations
