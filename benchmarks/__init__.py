"""Measurements: how right, and how fast. Each module is a command and says what it measures."""
