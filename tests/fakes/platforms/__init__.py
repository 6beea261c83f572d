"""Management platforms that misbehave as real ones do, over real HTTP."""
