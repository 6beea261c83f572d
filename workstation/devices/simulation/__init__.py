"""Recorders that exist only as files: footage, cards and faults for demos, loads and tests."""
