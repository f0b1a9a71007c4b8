"""Buttons, sliders, fields, and forms made of them."""
