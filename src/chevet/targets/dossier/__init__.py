"""One target on paper: the evidence with its gaps, who carries it, what is known to hit it, and what would settle it.

who          carriers by tumour type, stage, age, sex and treatment
eligible     how many of them could enter a trial
experiments  what would settle the questions left open, and how large that would have to be
contents     all of it, gathered: what scripts read
sections     the same in words, one section after the other
pictures     what is drawn
printing     the page and the PDF
"""
