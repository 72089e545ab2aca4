"""One request, answered by the shop and by its peers: a read of the profile of a token's user.

Each peer checks an HS256 token, converts an item from DynamoDB's form and answers with the profile as JSON. The table
is a stub: no peer waits for a network. Run as a module, a peer prints the microseconds of a request, a line for each
round.
"""
