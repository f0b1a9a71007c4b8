"""One open experiment: view, controls, run bar, notices."""
