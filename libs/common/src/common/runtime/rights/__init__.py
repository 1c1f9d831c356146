"""What every service does with what it holds of people, by its `holdings.yaml`: lets it go in time, keeps what is held."""
