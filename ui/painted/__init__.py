"""Items that paint themselves, on any backend of the scene graph."""
