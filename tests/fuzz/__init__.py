"""Hostile input for every parser that reads what is not ours; `make fuzz` runs it for long."""
