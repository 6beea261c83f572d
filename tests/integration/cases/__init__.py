"""Cases out of other systems, end to end."""
