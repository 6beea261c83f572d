"""Typed messages between the station and its clients, as JSON lines over a Unix socket."""
