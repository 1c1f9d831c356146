"""What partner-gateway says: partners, the directory, signposts, referrals, and the consents that come with them."""

from common.contracts.partners import (
    consents,
    deliveries,
    directory,
    organisations,
    referral_events,
    referrals,
    withdrawals,
)

__all__ = ["consents", "deliveries", "directory", "organisations", "referral_events", "referrals", "withdrawals"]
