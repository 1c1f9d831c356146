"""What partner-gateway says: partners, the directory, signposts, referrals, and the consents that come with them."""

from common.contracts.partners import consents, directory, organisations, referral_events, referrals, withdrawals

__all__ = ["consents", "directory", "organisations", "referral_events", "referrals", "withdrawals"]
