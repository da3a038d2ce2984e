"""Tables that others publish about genes, kept apart from ours, each with its release, the day it came and its hash.

kinds      which tables there are, and the columns of each
reading    rows of text with their place in the file, genes under their approved symbols, what was left out and why
readers    one for each kind; the files beside it hold them
kept       where tables lie, and reading them back
"""
