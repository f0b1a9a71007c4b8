"""The look, its words, icons, focus and accessibility."""
