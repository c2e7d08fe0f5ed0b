"""A workspace -> one look at all of it: what the graph holds and stands on, what was left out, how sure it is, what changed."""
