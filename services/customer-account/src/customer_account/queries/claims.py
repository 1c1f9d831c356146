"""What came of a login's claims."""

from __future__ import annotations

from common.contracts.people.claims import ClaimStatus, ClaimView
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from customer_account.domain import claims
from customer_account.queries import named
from customer_account.tables import ClaimsOfLogin


async def my_claim(read: Reading) -> ClaimView:
    """What came of the resident's last claim."""
    home = await read.one(named.MY_CLAIMS, person_id=read.person)
    if home is None:
        raise NotFound
    return shown_claim(home)


def shown_claim(home: ClaimsOfLogin) -> ClaimView:
    """A login's last claim."""
    return ClaimView(
        status=ClaimStatus(home.status),
        person_id=home.claimed,
        tries_left=claims.MOST_OF_LOGIN - home.tries,
        more_from=home.counted_since + claims.WINDOW,
    )
