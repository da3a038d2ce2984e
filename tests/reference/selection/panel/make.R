# Rscript make.R: needs dndscv 0.1 and MASS (R 4.2.2, MASS 7.3-58.2). Indexes genome.fa beside it.
suppressMessages({
  library(GenomicRanges)
  library(dndscv)
})
Rsamtools::indexFa("genome.fa")
reference <- tempfile(fileext = ".rda")
buildref("cds.tsv", "genome.fa", reference)
mutations <- read.delim("mutations.tsv")
found <- dndscv(mutations, gene_list = readLines("genes.txt"), refdb = reference, kc = readLines("known.txt"), cv = NULL)
digits <- function(table) {
  numeric <- sapply(table, is.numeric)
  table[numeric] <- lapply(table[numeric], function(x) format(x, digits = 15, trim = TRUE))
  table
}
write.csv(digits(found$sel_cv), "r_genes.csv", row.names = FALSE, quote = FALSE)
write.csv(digits(found$globaldnds[, 1:4]), "r_global.csv", row.names = FALSE, quote = FALSE)
figures <- c(
  theta = found$nbreg$theta, theta_ind = found$nbregind$theta,
  too_many_in_gene = if (is.null(found$exclmuts)) 0 else nrow(found$exclmuts)
)
write.csv(data.frame(figure = names(figures), value = format(figures, digits = 15, trim = TRUE)), "r_figures.csv",
  row.names = FALSE, quote = FALSE)
unlink("genome.fa.fai")
