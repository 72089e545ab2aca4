"""What every function of Installment Shop shares: the rules, the use cases, the table and the HTTP surface."""
