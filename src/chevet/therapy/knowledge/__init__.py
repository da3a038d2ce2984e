"""What is known of medicines and tumours: statements, each a row of a table with its source and date.

statement   one statement, and how a row is read
tables      our own statements, one file per family of tumours; `medicine_groups.tsv` names groups of medicines
base        all statements together (`Base`), own and imported
checking    what a statement must hold before it is used
"""
