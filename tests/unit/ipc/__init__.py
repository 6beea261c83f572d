"""The station's socket."""
