"""Chunks, search by words and by vectors, and answers from what was found."""
