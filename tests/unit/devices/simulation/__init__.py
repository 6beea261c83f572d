"""The simulated dock's recorders: URL, footage, cards, faults."""
