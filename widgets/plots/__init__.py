"""Curves, bars, matrices and points."""
