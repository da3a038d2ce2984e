"""Where and how a gene is hit: what tells a driver from a passenger besides how often.

changes       coding changes of a cohort or of a table, as columns: gene, patient, kind, residue
mutability    how often each residue of a gene would change by chance, from a reference or, without one, evenly
unevenness    how much residues differ besides, measured on synonymous changes
hotspots      residues that change more often than that
clusters      stretches that do
pattern       truncations against repeated missense changes: suppressor, oncogene, both, or not concluded
poisson_binomial  how many patients by chance, where each has a chance of their own
calls, arms   gains and losses, of genes and of whole arms
fusions       genes that are joined again and again, and with whom
two_hits      whether one gene is hit twice in the same patients
analysis      all of it, and `disclosing` what of it may leave
lines         the same as lines of evidence
lollipop      a gene drawn over its length
"""
