"""Thresholds, calibration and confidence."""
