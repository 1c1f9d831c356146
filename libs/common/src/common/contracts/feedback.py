"""Transactions, invitations and what people think: said by feedback."""

from __future__ import annotations
