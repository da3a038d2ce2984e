"""Do those who carry an altered gene live shorter or longer, and under which treatment: Cox's model, gene by gene.

people         how long each is followed, and what is known of them; from an Arrow table
of_cohort      the same from a study
follow_up      rows of follow-up, cut where a treatment begins, with their covariates
risk_sets      who was at risk at each event
cox            the likelihood and its maximum
score_tests    all genes at once against one fitted model
proportional   does a ratio stay the same over time
heterogeneity  is it the same in every stratum
shrinkage      ratios in the light of all genes
by_gene        the analysis of survival
by_treatment   the analysis of a treatment, as a hypothesis
tables         the figures in full
disclosing     what of them may leave a study
analysis       the whole way: `of_cohort` for a study, `of_people` for tables of one's own
answer         a table, notes and a forest plot (`forest`)
lines          evidence for the ranking and the dossier
"""
