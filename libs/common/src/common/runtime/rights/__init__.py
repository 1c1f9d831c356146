"""What every service does, by itself, when somebody asks for something to be done with their data."""
