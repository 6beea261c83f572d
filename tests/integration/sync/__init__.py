"""Delivery with a real ledger, a real vault, a real socket and a directory as the store."""
