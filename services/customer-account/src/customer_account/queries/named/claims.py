"""The reads of claims."""

from __future__ import annotations

from common.runtime.query import query
from sqlalchemy import bindparam
from sqlmodel import col, select

from customer_account.domain.claims import MOST_IN_COUNCIL, MOST_OF_REFERENCE
from customer_account.tables import Account, ClaimsOfLogin, WrongClaim

MY_CLAIMS = query(select(ClaimsOfLogin).where(ClaimsOfLogin.id == bindparam("person_id")))
CLAIMABLE = query(select(Account).where(Account.claim_digest == bindparam("digest")))
WRONG_OF_REFERENCE = query(
    select(WrongClaim.claim_id).where(WrongClaim.digest == bindparam("digest")).limit(MOST_OF_REFERENCE)
)
WRONG_IN_COUNCIL = query(
    select(WrongClaim.claim_id)
    .where(WrongClaim.council == bindparam("council"), col(WrongClaim.at) > bindparam("since"))
    .order_by(col(WrongClaim.at).desc())
    .limit(MOST_IN_COUNCIL)
)
