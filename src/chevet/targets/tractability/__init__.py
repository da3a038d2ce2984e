"""Can a gene be hit, and may it be hit: what tables of others say, each with its name and its day.

tables_kept      every table that is asked, read once
role             whether a tumour gains by the gene or by its loss, and who says so
mechanism        which way a medicine moves its target, and whether that is the way that helps
other_targets    genes that a table names only as partners, in a fusion or a complex, of the one that is hit
medicines        medicines on the target: approved or in trials, with their mechanism
reach            at the cell's surface, or of a family that small molecules bind
harm             core-essential genes and known liabilities; never "safe"
normal_tissue    levels in the organs without which nobody lives
assessment       all of it for some genes
lines            the same as lines of evidence
telling          the lines in words
"""
