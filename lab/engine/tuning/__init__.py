"""Fine-tuning, preferences, rewards and quantisation."""
