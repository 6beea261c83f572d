"""Connectors to management platforms: each with its own queue, cursor and failures."""
