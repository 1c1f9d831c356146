"""How a database comes to have its tables: migrations, months of the said log, row-level security."""
