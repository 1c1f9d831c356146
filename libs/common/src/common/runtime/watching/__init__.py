"""What operators see: spans, logs, parts and their health."""
