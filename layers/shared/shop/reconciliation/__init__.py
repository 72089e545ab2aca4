"""Reconciliation: checks that all copies of a value in the table agree, and recomputes the ledger from the journal."""
