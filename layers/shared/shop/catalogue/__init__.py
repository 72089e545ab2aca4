"""The catalogue: products, read by everybody, kept by admins."""
