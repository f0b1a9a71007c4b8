"""Glassbox: a desktop laboratory where people see machine learning happen."""

__version__ = "0.2.0"
