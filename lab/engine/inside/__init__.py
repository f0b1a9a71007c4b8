"""What happens inside a transformer, seen and changed, whatever model it is."""
