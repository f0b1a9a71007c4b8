"""The Qt shell: one window, its docks, and the bridge to the worker."""
