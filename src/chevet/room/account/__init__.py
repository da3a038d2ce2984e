"""The account of checked answers: what all of them together tell of any one patient, whoever asked.

sums         sums of facts that at least such a share of the people have, and what they tell together
overlap      the past of one version of a study: which supports were asked of, and what further ones it bears
differences  numbers told of one thing: whom sums and differences of them would single out
told         those numbers on disk
counted      how many questions each project has asked, and of which exact changes
forgotten    whether the past is as long as the ledger says
answered     checked answers had again, to compare tables with that want to leave
"""
