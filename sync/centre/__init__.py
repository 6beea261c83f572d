"""The centre's side: check what stations delivered, find it, take it out."""
