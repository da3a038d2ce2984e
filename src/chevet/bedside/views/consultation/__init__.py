"""The consultation on paper: each view takes the published object (`consultation.telling`), and knows nothing else.

sheet        what page one and the annex hold, in the words of one language
page_one     the decision: what this tumour is, what may be given, what must not, what is still open
option_cards, forbidden, lines   its options, what must not be given, and lines cut to their room
annex        everything behind it, with every source
drawings     each driver on its protein, copies of genes, signatures
html, pdf, docx   the same sheet laid out
fhir, osiris      the object for other programs
patient      one plain sheet for the patient
"""
