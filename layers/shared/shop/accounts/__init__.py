"""Accounts: who people are, how they log in, what they may do with their data."""
