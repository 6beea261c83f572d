"""Measured claims: ``make bench``. Ratios side by side with public tools in the same run."""
