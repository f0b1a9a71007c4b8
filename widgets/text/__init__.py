"""Labels, editors, Markdown, formulas and cards."""
