"""Hold what the station knows against what the store has, and name every difference."""
