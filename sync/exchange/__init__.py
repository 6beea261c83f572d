"""What stations tell one another through the store: witness, operations, the directory."""
