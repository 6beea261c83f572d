"""A local index over the manifests and operations of every station of a store."""
