"""The loop of an agent, its tools and its policies."""
