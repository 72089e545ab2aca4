"""One request, answered by the shop and by its peers: whose profile is it that a token speaks for?

Each peer checks a token of HS256, takes an item out of DynamoDB's form and answers with its profile as JSON. The table
is a stub: no peer waits for a network. Run as a module, a peer prints microseconds a request, one line a round.
"""
