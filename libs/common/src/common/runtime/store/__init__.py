"""What is kept and how it is written: pools by role, works gathered into one statement, the ledger."""
