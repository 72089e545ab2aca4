"""Routing, authentication, pagination and problems, for all HTTP functions."""
