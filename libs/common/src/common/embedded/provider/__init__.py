"""A sign-in provider of our own, for tests and the demo: OpenID Connect and GOV.UK One Login's dialect of it."""
