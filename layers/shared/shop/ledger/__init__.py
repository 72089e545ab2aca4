"""The ledger: purchases, installment plans and payments."""
