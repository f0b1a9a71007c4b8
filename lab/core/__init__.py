"""The contracts every experiment keeps. Nothing here knows of Qt, of threads or of machine learning."""
