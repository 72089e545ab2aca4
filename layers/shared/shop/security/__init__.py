"""Security: the secret and its keys, tokens, passwords, and key rotation."""
