"""Qt and pyqtgraph building blocks. They know nothing of the lab and hold no machine learning."""
