"""What every service does of itself with what it holds of people, as its `holdings.yaml` says: shows, empties, lets it go."""
