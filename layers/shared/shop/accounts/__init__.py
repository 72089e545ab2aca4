"""Accounts: registration, login, profiles, user administration, and privacy."""
