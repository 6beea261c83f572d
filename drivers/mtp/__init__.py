"""Recorders and phones that show their files by MTP instead of a disk."""
