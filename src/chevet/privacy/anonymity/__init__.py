"""From a table of people to a release that satisfies its policy, or a refusal.

coded       the table as integers, and what a release is
"""
