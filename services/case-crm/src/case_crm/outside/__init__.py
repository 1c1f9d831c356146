"""What files from outside go through before they are kept: nothing here trusts them, and nothing is decided."""
