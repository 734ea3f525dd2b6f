"""What the engine learns from: documents of our own with exact truth, and what is fitted to them."""
