"""What partner-gateway decides: pure, from facts and a command to an event or a refusal."""
