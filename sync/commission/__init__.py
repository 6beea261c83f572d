"""Make an object store ready for stations, and find out what its engine can do."""
