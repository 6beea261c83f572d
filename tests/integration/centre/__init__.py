"""The centre's side of a store."""
