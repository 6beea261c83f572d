"""Maps: where a place lies on the ground, and the site's own tiles of that ground."""
