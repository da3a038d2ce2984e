"""What a clinician drops, read into one case: a case file, or the files of a laboratory.

    read            from paths to a `ReadCase`: the case, what could not be used, what must be told, the files
    case_file       the case as JSON or YAML (`schemas/case.schema.json`); `phenopacket` and `mcode` bring theirs to it
    clinical        its clinical facts; `clinical_text` what a note says plainly, `treatment_names` its treatments
    findings        one alteration of a case file or a row, whatever its spelling
    content         the files that were given, and their text; `sheets` and `tables` read tables, `vcf` a VCF
    joining         the same finding from two files counts once
    coherence       whether the files can be of one patient

What cannot be understood is kept in `not_read` with the reason: nothing is guessed, nothing is dropped.
"""
