"""The structure is what the README says: rooms, imports, and one access rule a route."""
