"""One request: who asks, what they wait for, whom they see, what the document says."""
