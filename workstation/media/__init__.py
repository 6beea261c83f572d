"""Facts read from footage, in a child process that a hostile file may crash."""
