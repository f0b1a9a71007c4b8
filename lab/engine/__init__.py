"""The NumPy engine: everything the lab shows is computed here. It reads like a book, from simple to complex."""
