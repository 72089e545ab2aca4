"""The use cases: load, decide by the domain's rules, commit."""
