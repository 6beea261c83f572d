"""Delivers the outbox to the central store. The only package that speaks to it."""
