"""Chevet: self-hosted software for a cancer cluster, from the hospital's files to the patient's bed.

One room per subject, and each room only looks down:

    cli                 the door for scripts
    bedside, room       one patient: page, case, consultation; the data room
    therapy             what may be given, and what not
    cohort, genomics    groups of patients, and what can be asked of them; what a finding means
    privacy             every number that leaves passes here
    store, synth        where things are kept; made-up cohorts
    records, paper      the patient record as typed tables, one reader per format
    words               what things are called
    errors              who must act when something goes wrong
"""

__version__ = "2026.11.0"
