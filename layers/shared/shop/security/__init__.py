"""Secrets and what is proved with them: passwords, one-time passwords, tokens, cursors."""
