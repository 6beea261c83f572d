"""Connectors against platforms that misbehave as real ones do."""
