"""Tests of the drivers, one by one."""
