"""Every control and picture, to look at and to play with."""
