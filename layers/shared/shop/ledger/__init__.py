"""The ledger: purchases, installment plans, and the journal that they follow from."""
