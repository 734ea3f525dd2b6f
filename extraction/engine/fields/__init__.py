"""Readers of single fields, shared by the extractors: each finds candidates with evidence and picks among them."""
