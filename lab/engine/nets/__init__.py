"""Networks of layers, readable and fast."""
