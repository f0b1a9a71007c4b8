"""Height fields and points in space."""
