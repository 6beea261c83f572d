"""The signed directory: published by the centre, fetched by stations, proposals going up."""
