"""When clips may go, how fast, in which order, and what will be late."""
