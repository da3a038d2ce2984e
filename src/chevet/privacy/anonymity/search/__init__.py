"""Two searches: the best release with one level per attribute, proved; and a level per group, from the top down.

lattice     best first, with bounds          bounds, weighing, forecast
recoding    grown to k, cut back to the risk   growing, splits, branches, forest, gain, pruning, carried
"""
