"""Cases out of other systems: polled or read from a watched folder, and handed to the station."""
