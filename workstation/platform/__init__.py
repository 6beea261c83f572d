"""Ground the engine stands on: clock, identifiers, settings, logging, locks, failpoints."""
