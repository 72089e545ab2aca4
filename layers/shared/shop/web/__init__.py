"""Pages for people: the parts that the shop's and the desk's pages share (decision 0025)."""
