# Reference values from R. From the root of the repository: Rscript tests/reference/association/make.R
set.seed(7)
n <- 400; size <- rep(c(8, 60, 900, 40000), each = n / 4)
t <- sapply(size, function(s) as.vector(rmultinom(1, s, c(runif(1, 0, .3), runif(1, 0, .3), runif(1, 0, .5), 1))))
p <- apply(t, 2, function(x) fisher.test(matrix(x, 2))$p.value)
out <- data.frame(a = t[1, ], b = t[2, ], c = t[3, ], d = t[4, ], p = format(p, digits = 15, scientific = TRUE, trim = TRUE),
  q = format(p.adjust(p, "BH"), digits = 15, scientific = TRUE, trim = TRUE))
write.csv(out, "tests/reference/association/r_fisher.csv", row.names = FALSE, quote = FALSE)
