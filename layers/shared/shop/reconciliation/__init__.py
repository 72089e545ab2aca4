"""Reconciliation: checks that everything the table says twice agrees, and adds the ledger up anew."""
