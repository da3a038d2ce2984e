"""What remains: the chances of finding a person again in a release, measured and never assumed away.

uniqueness          people alone of their kind in the population, judged from the sample
reidentification    the prosecutor's, the journalist's and the marketer's chances, and which columns single out
three_questions     singling out, linkability and inference, by attacks of the anonymeter library
"""
