"""Administration: what the three administrators list, and everybody of himself. It stands above lists and access."""
