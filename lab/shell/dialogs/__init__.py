"""What opens over the window: palette, sheets, cards."""
