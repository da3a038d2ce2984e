"""Questions answered without rows: from a noised cube, with fresh noise, or checked against all earlier ones.

axes       the fields that people are counted by, and each patient's place on them
recipe     which tables a cube holds, by the size of the study
cubes      a study's cube: made once, at a cost that is written down first, and opened ever after
truth      for which values of the fields a definition is true
numbers    a number as it may be said: with its noise, withheld, or too small to tell
by_cube    counts from the cube
canonical  the one text of a definition, which answers are kept and rounded under
knowable   what of a definition can be known outside, and whom the rest decides
bearing    what the past must bear before a checked number is told
by_index   counts from the index, checked and rounded
by_noise   counts and totals with fresh noise, paid for
bounds     between what the values of a field lie: said by the asker, or public
means      the mean and the sum of a field, from such totals
lifetable  counts by interval of follow-up, merged until each may be told
answers    count, describe, genes, survival, compare, table, co-occurrence: from any of these counts
"""
