"""The program and its window."""
