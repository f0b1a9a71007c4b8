"""From scores to the next token."""
