"""The HTTP door of customer-account."""
