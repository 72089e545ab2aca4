"""Payments online: the provider's pages, what became of them, and refunds through the provider."""
