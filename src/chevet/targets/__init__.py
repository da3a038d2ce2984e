"""From many tumours to a ranked, explained list of targets.

carriers       who carries an alteration of which gene, among those tested
evidence       one line of evidence about one gene
selection/     is the gene under selection in these patients
shape/         where and how it is hit: hotspots, truncations, gains and losses, fusions, two hits
relations/     which genes exclude each other, or go together, whatever each tumour's burden
outcome/       does it matter for survival, and under which treatment
vulnerability/ do cells that carry it answer to a medicine, or need a gene
sources/       tables of others, kept apart with their day and hash
tractability/  can it be hit, may it be hit
ranking/       all of it as three lists: known, repurposable, new
dossier/       one target, on paper
"""
