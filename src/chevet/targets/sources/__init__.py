"""Tables that others publish about genes, kept apart from ours, each with its release, the day it came and its hash.

kinds      which tables there are, and the columns of each
kept       where they lie, and reading them back
"""
