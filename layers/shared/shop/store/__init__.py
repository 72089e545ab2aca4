"""The single table: keys in `keys`, the engine in `table`, and a module of named access patterns per aggregate."""
