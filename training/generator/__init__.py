"""Draws invented business documents and knows the right answer to every question about them."""
