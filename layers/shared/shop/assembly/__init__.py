"""The shop put together, in parts: a function assembles what it uses and imports no more (decision 0011)."""
