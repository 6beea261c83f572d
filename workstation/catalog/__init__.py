"""The read side: queries that return domain values."""
