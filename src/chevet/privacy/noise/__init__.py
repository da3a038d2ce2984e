"""Answers with noise: what any attacker can learn of one person is bounded, whatever is asked and by whom.

accounting    how much noise buys which promise
budget        what has been spent of a study's promise, on disk, never returned
process       OpenDP in a process of its own (`worker`), which sees totals and never a record
cube          one set of tables, noised once and read freely ever after
sums          sums and means of values cut to bounds, and what noise leaves to be said of them
consistency   those tables brought to agree with each other, without looking at a record again
"""
