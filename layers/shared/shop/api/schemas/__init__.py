"""The bodies of requests and answers, field by field as the contract has them."""
