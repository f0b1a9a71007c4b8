"""The dock area: where boxes stand, and their tabs."""
