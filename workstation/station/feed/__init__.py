"""The signed directory that comes down from the centre: read, proved, applied."""
