"""From the stream to effects, and timers to theirs: marks, parking, rebuilding."""
