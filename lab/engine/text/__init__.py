"""Tokenizers, n-grams and word vectors."""
