"""Retention: policy, holds, destruction, forecast."""
