"""Trials of a site, as MatchMiner writes them (CTML), matched against one patient without a network.

reading     the files of a folder: trials, their steps, arms and doses; a bad file is reported and never stops
criteria    one criterion against one patient: yes, no or unknown, and why
matching    all trials against one case (`match_trials`, `TrialMatch`)
"""
