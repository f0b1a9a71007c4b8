"""The language model: readable, fast, and one token after another."""
