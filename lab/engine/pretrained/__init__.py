"""Models trained elsewhere: MiniLM, and Llamas such as SmolLM2."""
