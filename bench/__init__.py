"""Measurements for the documents. They are not deployed and not part of the tests."""
