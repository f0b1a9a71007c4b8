"""Derivatives: autograd, formulas, and computations as graphs to walk through."""
