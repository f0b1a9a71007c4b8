"""Tokens and heads of attention."""
