"""The rules of the money and of accounts: plain Python without AWS, I/O or a clock of its own."""
