"""When clips go, how fast, and what will be late."""
