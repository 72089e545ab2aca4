"""The code that all functions share: rules, use cases, table and HTTP."""
