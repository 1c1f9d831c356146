"""What feedback decides. Pure: facts, a command and `now` in; an event out, or a refusal raised."""
