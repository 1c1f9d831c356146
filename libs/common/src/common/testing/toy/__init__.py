"""Two tiny services that show the runtime's promises in its own tests: one keeps tallies and says so, one hears."""
