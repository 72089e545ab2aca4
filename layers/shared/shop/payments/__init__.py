"""Online payments: one port, and the adapters of the providers behind it (decision 0026)."""
