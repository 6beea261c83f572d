"""Facts and thumbnails read from footage."""
