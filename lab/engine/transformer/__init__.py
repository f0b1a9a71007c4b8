"""Positions, attention and the transformer block."""
