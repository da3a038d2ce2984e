# Cox's model of each gene beside age and stage within tumour types, as benchmarks/outcome.py asks for it.
suppressMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
people <- read.csv(arguments[1]); genes <- names(people)[startsWith(names(people), "G")]
null <- coxph(Surv(entry, exit, occurred) ~ age + stage2 + stage3 + strata(stratum), people)
rows <- lapply(genes, function(gene) {
  people$x <- people[[gene]]
  fit <- coxph(Surv(entry, exit, occurred) ~ age + stage2 + stage3 + x + strata(stratum), people)
  change <- cox.zph(fit, terms = FALSE, global = FALSE)$table["x", "chisq"]
  c(coef(fit)[["x"]], sqrt(fit$var[4, 4]), 2 * (fit$loglik[2] - null$loglik[2]), change)
})
write.csv(do.call(rbind, rows), arguments[2], row.names = FALSE)
