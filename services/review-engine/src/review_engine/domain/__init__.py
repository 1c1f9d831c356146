"""Pure decisions about evidence: no I/O, no clock, no framework."""
