"""How long clips are kept, what holds them, and how they are destroyed."""
