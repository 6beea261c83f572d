"""An S3 store with Object Lock as central store (reference engine: Ceph RGW)."""
