"""Data, the first models, losses, activation functions and optimisers."""
