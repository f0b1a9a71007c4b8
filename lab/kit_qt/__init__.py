"""What the views of experiments share: frames in a stream, actions and drags, pages, own data, fields, cards."""
