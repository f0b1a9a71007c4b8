"""The lesson beside the experiments."""
