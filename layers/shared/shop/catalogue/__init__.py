"""The catalogue: products, public to read, maintained by admins."""
