"""Models trained elsewhere, and the file formats they come in."""
