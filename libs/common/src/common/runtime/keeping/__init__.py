"""What is kept sealed: how a value is sealed, whose keys there are, and where rows and events are sealed and opened."""
