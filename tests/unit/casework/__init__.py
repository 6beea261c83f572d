"""Casework: cases, tags, links, markers, notes."""
