"""The engine wired together, and what it does for its clients."""
