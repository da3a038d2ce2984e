# Reference values from R's survival package. From the root of the repository:
#   Rscript tests/reference/outcome/make.R ../shared/data tests/reference/outcome
suppressMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
from <- arguments[1]; to <- arguments[2]
read <- function(name) read.csv(file.path(from, name), stringsAsFactors = FALSE, na.strings = c("NA", ".", ""))
save <- function(table, name) write.csv(format(table, digits = 15, trim = TRUE), file.path(to, name), row.names = FALSE, quote = FALSE)
exact <- suppressWarnings(coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 60))

# People who do not exist: whole days, many ties, delayed entry, strata, missing stage, a treatment that begins late.
set.seed(20)
n <- 240
made <- data.frame(
  patient = sprintf("M%03d", 1:n), stratum = sample(c("LUAD", "LUSC", "COAD"), n, TRUE),
  age = round(rnorm(n, 62, 9)), stage = sample(c("I", "II", "III", ""), n, TRUE, c(.3, .3, .25, .15)),
  gene = rbinom(n, 1, .35))
risk <- with(made, .6 * gene + .03 * (age - 62) + .4 * (stage == "III"))
made$entry <- ifelse(runif(n) < .4, round(runif(n, 0, 12)) * 10, NA)
wait <- round(rexp(n, 1 / 150)); died <- rexp(n, exp(risk) / 260)
made$start <- ifelse(runif(n) < .5 & wait > 0, wait, NA)
made$exit <- pmax(10, round(pmin(died, runif(n, 60, 700)) / 10) * 10)
made$occurred <- as.integer(died < 700 & runif(n) < .8)
made$entry[!is.na(made$entry) & made$entry >= made$exit] <- NA
write.csv(made, file.path(to, "made_up.csv"), row.names = FALSE, quote = FALSE, na = "")

rotterdam <- read("survival/rotterdam.csv"); colon <- read("survival/colon.csv"); lung <- read("survival/lung.csv")
veteran <- read("survival/veteran.csv"); pbc <- read("survival/pbc.csv"); mgus2 <- read("survival/mgus2.csv")
poplar <- read("trials/poplar.csv.gz")
colon <- colon[colon$etype == 2 & !is.na(colon$nodes) & !is.na(colon$differ), ]
lung <- lung[!is.na(lung$ph.ecog), ]
pbc <- pbc[!is.na(pbc$trt) & !is.na(pbc$stage), ]
mgus2 <- mgus2[mgus2$futime > 0 & !is.na(mgus2$hgb), ]
poplar <- poplar[!is.na(poplar$btmb), ]

# The last covariate is the one that is tested.
case <- function(name, exit, event, covariates, entry = NULL, stratum = rep(1, length(exit)))
  list(name = name, exit = exit, event = as.integer(event), covariates = as.matrix(covariates), entry = entry, stratum = stratum)
arm <- as.integer(poplar$TRT01P != "Docetaxel"); high <- as.integer(poplar$btmb >= 16)
started <- tmerge(made, made, id = patient, died = event(exit, occurred), treated = tdc(start),
                  tstart = ifelse(is.na(entry), 0, entry), tstop = exit)
cases <- list(
  case("made_up", made$exit, made$occurred, cbind(age = made$age, III = made$stage == "III", gene = made$gene),
       ifelse(is.na(made$entry), -1, made$entry), made$stratum),
  case("rotterdam", rotterdam$dtime, rotterdam$death, rotterdam[c("age", "nodes", "grade", "chemo", "hormon")], stratum = rotterdam$meno),
  case("colon", colon$time, colon$status, colon[c("age", "nodes", "differ", "obstruct")], stratum = colon$rx),
  case("lung", lung$time, lung$status == 2, lung[c("age", "ph.ecog", "sex")]),
  case("veteran", veteran$time, veteran$status, veteran[c("karno", "age", "prior", "trt")], stratum = veteran$celltype),
  case("pbc", pbc$time, pbc$status == 2, cbind(pbc[c("age", "edema", "bili", "trt")]), stratum = pbc$stage),
  case("mgus2_age", mgus2$age + mgus2$futime / 12, mgus2$death, cbind(mgus2[c("hgb", "dxyr")]), mgus2$age, mgus2$sex),
  case("poplar", poplar$OS, poplar$OS.CNSR == 0, cbind(age = poplar$BAGE, arm, high, both = arm * high), stratum = poplar$ECOGGR))

fits <- NULL
for (one in cases) {
  response <- if (is.null(one$entry)) Surv(one$exit, one$event) else Surv(one$entry, one$exit, one$event)
  m <- ncol(one$covariates); x <- one$covariates; rest <- x[, -m, drop = FALSE]
  null <- coxph(response ~ rest + strata(one$stratum), control = exact)
  full <- coxph(response ~ x + strata(one$stratum), control = exact)
  tested <- coxph(response ~ x + strata(one$stratum), init = c(coef(null), 0), control = coxph.control(iter.max = 0))
  # Another coefficient of the tested covariate in each stratum, by its score test at one coefficient for all.
  groups <- factor(one$stratum); between <- NA
  if (nlevels(groups) > 1) {
    products <- sapply(levels(groups)[-1], function(level) x[, m] * (groups == level))
    start <- c(coef(full), rep(0, ncol(products)))
    between <- coxph(response ~ x + products + strata(groups), init = start, control = coxph.control(iter.max = 0))$score
  }
  changes <- cox.zph(full, terms = FALSE, global = FALSE)$table
  fits <- rbind(fits, data.frame(
    case = one$name, covariate = colnames(x), patients = full$n, events = full$nevent, coefficient = coef(full),
    standard_error = sqrt(diag(full$var)), log_likelihood = full$loglik[2],
    likelihood_ratio = 2 * (full$loglik[2] - null$loglik[2]), score = tested$score, change_over_time = changes[, "chisq"],
    between_strata = between))
}
save(fits, "r_cox.csv")

# A treatment that counts from the day on which it begins, and whether it does another thing to carriers.
whole <- coxph(Surv(tstart, tstop, died) ~ age + treated * gene + strata(stratum), started, control = exact)
apart <- coxph(Surv(tstart, tstop, died) ~ age + treated + gene + strata(stratum), started, control = exact)
of_carriers <- c(0, 1, 0, 1)
table <- data.frame(
  what = c("treated_others", "treated_carriers", "interaction"),
  coefficient = c(coef(whole)[["treated"]], sum(coef(whole) * of_carriers), coef(whole)[["treated:gene"]]),
  standard_error = sqrt(c(whole$var[2, 2], drop(of_carriers %*% whole$var %*% of_carriers), whole$var[4, 4])),
  likelihood_ratio = 2 * (whole$loglik[2] - apart$loglik[2]))
save(table, "r_treatment.csv")
