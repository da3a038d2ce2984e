# Rscript make.R: needs MASS (R 4.2.2, MASS 7.3).
library(MASS)
set.seed(3)
n <- 60
expected <- round(exp(rnorm(n, 1, 0.8)), 3)
covariate <- round(rnorm(n), 3)
count <- rnbinom(n, mu = expected * exp(0.1 + 0.4 * covariate), size = 2.5)
write.csv(data.frame(count, expected, covariate), "data.csv", row.names = FALSE)
with <- glm.nb(count ~ offset(log(expected)) + covariate, control = glm.control(epsilon = 1e-12, maxit = 100))
without <- theta.ml(count, expected, limit = 100)
told <- coef(summary(with))
write.csv(data.frame(
  figure = c("theta", "intercept", "slope", "error_intercept", "error_slope", "theta_alone"),
  value = format(c(with$theta, told[, 1], told[, 2], as.numeric(without)), digits = 15)
), "r_glm_nb.csv", row.names = FALSE, quote = FALSE)
