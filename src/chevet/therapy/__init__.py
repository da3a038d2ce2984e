"""From one tumour to what may be given, what must not be given, and why: knowledge, rules, matching.

case         one patient's tumour as this room needs it (`Case`)
rules        what a label asks of a tumour, with three answers: yes, no, not tested
conditions   what it asks of the patient: line, prior treatment, fitness
knowledge    the statements: tables of facts, each with its source and date
"""
