# Reference values from R's survival package. From the root of the repository:
#   Rscript tests/reference/survival/make.R ../shared/data/survival tests/reference/survival
suppressMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
from <- arguments[1]; to <- arguments[2]
read <- function(name) read.csv(file.path(from, name), stringsAsFactors = FALSE)

rotterdam <- read("rotterdam.csv"); gbsg <- read("gbsg.csv"); colon <- read("colon.csv")
myeloid <- read("myeloid.csv"); flchain <- read("flchain.csv"); lung <- read("lung.csv")
veteran <- read("veteran.csv"); pbc <- read("pbc.csv"); mgus2 <- read("mgus2.csv")
colon <- colon[colon$etype == 2, ]
flchain <- flchain[flchain$futime > 0, ]
mgus2 <- mgus2[mgus2$futime > 0, ]

case <- function(name, exit, event, group, entry = NULL)
  list(name = name, exit = exit, event = as.integer(event), group = as.character(group), entry = entry)
cases <- list(
  case("rotterdam", rotterdam$dtime, rotterdam$death, rotterdam$hormon),
  case("rotterdam_relapse", rotterdam$rtime, rotterdam$recur, rotterdam$size),
  case("gbsg", gbsg$rfstime, gbsg$status, gbsg$hormon),
  case("colon", colon$time, colon$status, colon$rx),
  case("myeloid", myeloid$futime, myeloid$death, myeloid$trt),
  case("flchain", flchain$futime, flchain$death, flchain$sex),
  case("lung", lung$time, lung$status == 2, lung$sex),
  case("veteran", veteran$time, veteran$status, veteran$celltype),
  case("pbc", pbc$time, pbc$status == 2, pbc$edema),
  case("mgus2", mgus2$futime, mgus2$death, mgus2$sex),
  case("flchain_age", flchain$age + flchain$futime / 365.25, flchain$death, flchain$sex, flchain$age),
  case("mgus2_age", mgus2$age + mgus2$futime / 12, mgus2$death, mgus2$sex, mgus2$age),
  case("rotterdam_late", rotterdam$dtime[rotterdam$dtime > 500 * rotterdam$hormon],
       rotterdam$death[rotterdam$dtime > 500 * rotterdam$hormon],
       rotterdam$hormon[rotterdam$dtime > 500 * rotterdam$hormon],
       (500 * rotterdam$hormon)[rotterdam$dtime > 500 * rotterdam$hormon])
)

points <- groups <- tests <- NULL
for (one in cases) {
  data <- data.frame(exit = one$exit, event = one$event, group = one$group)
  data$entry <- if (is.null(one$entry)) NA else one$entry
  response <- if (is.null(one$entry)) Surv(data$exit, data$event) else Surv(data$entry, data$exit, data$event)
  up_to <- as.numeric(quantile(data$exit, 0.75, type = 1))
  for (group in sort(unique(data$group))) {
    mine <- response[data$group == group]
    for (kind in c("log", "log-log")) {
      fit <- survfit(mine ~ 1, conf.type = kind)
      q <- quantile(fit, 0.5); early <- quantile(fit, 0.25)
      area <- survival:::survmean(fit, scale = 1, rmean = min(up_to, max(fit$time)))$matrix
      groups <- rbind(groups, data.frame(
        case = one$name, group = group, interval = kind, patients = sum(data$group == group),
        events = sum(data$event[data$group == group]),
        median = q$quantile, low = q$lower, high = q$upper,
        quarter = early$quantile, quarter_low = early$lower, quarter_high = early$upper,
        up_to = min(up_to, max(fit$time)), mean = area[["rmean"]], mean_error = area[["se(rmean)"]]))
      at <- unique(fit$time[pmax(1, round(length(fit$time) * c(0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 1)))])
      found <- summary(fit, times = at, extend = TRUE)
      points <- rbind(points, data.frame(
        case = one$name, group = group, interval = kind, time = at, at_risk = found$n.risk,
        survival = found$surv, standard_error = found$std.err / found$surv,
        low = found$lower, high = found$upper))
    }
  }
  if (is.null(one$entry)) {
    d <- survdiff(response ~ data$group); chi <- d$chisq
  } else {
    # survdiff knows no delayed entry. Without ties the score test of Cox's model is the log-rank test:
    # the first person of each exit time (to six decimals) is kept.
    alone <- !duplicated(round(data$exit, 6))
    d <- coxph(response[alone] ~ factor(data$group[alone]), ties = "breslow", control = coxph.control(iter.max = 0))
    chi <- d$score
  }
  tests <- rbind(tests, data.frame(case = one$name, chi_square = chi, freedom = length(unique(data$group)) - 1))
}
write <- function(table, name) write.csv(format(table, digits = 15, trim = TRUE), file.path(to, name), row.names = FALSE, quote = FALSE)
write(points, "r_points.csv"); write(groups, "r_groups.csv"); write(tests, "r_log_rank.csv")
