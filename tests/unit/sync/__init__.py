"""Delivery to the central store."""
