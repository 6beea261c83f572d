"""Recorders that only their maker's own GA/T 947 library can speak to."""
