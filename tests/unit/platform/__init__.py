"""The ground the engine stands on."""
