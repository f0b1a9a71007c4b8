"""Networks and graphs of computing nodes."""
