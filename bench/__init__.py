"""Measurements that the documents quote. Nothing here is deployed or runs in a test's time."""
