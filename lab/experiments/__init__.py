"""One folder per experiment: what it is (`__init__`), how it computes (`simulation`), how it is drawn (`view`)."""
