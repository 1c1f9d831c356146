"""What every service does of itself when somebody asks for something to be done with their data."""
