"""Whole pages: paged views, own data, own text."""
