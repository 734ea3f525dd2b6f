"""Made-up documents with known answers, and the generator that draws them."""
