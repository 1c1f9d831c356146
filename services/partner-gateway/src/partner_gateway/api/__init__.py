"""The HTTP door of partner-gateway."""
