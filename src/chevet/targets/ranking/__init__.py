"""All evidence on a cohort's genes as one score that can be taken apart, and as three lists: known, repurposable, new.

weights        what each part may give or take, and how a line becomes a number from 0 to 1; `weights.toml` is ours
contributions  what each part gives each gene
scoring        the score, its bounds when parts are missing, and the ranks
sensitivity    the ranks under other weights, and without each part
calibration    does the score find what is known
medicines      which medicine is known for which gene, and the list that a gene belongs to
named_changes  who of the carriers has a change that a medicine asks for
carried        how many patients carry each gene, by kind of alteration
gathering      asks every part for its lines, and says what could not be asked
analysis       the whole way: `rank`
because        a rank in words
tables         targets.tsv, evidence.tsv, model.json
showing        the picture and the page
"""
