"""Court packs, judged by the public tools of others."""
