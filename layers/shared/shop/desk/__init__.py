"""The desk: what staff do on customers' purchases, and what customers may owe."""
