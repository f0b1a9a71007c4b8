"""What the views of experiments share: drawing a stream of frames, actions and drags, pages, own data."""
