# Rscript dndscv.R reference CDS_TABLE FASTA OUT
# Rscript dndscv.R genes MUTATIONS REFERENCE COVARIATES KNOWN OUT
# The same work as ours, by R dNdScv: the sites of a genome once, then genes under selection from mutations on.
suppressMessages({
  library(GenomicRanges)
  library(dndscv)
})
given <- commandArgs(trailingOnly = TRUE)
if (given[1] == "reference") {
  Rsamtools::indexFa(given[3])
  buildref(given[2], given[3], given[4])
} else {
  covariates <- as.matrix(read.csv(given[4], row.names = 1))
  found <- dndscv(read.delim(given[2]), refdb = given[3], cv = covariates, kc = readLines(given[5]))
  figures <- c("gene_name", "pglobal_cv", "qglobal_cv")
  write.table(found$sel_cv[, figures], given[6], sep = "\t", row.names = FALSE, quote = FALSE)
}
