"""Court packs: a folder that proves itself to a stranger, with public tools and no network."""
