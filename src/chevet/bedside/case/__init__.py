"""What a clinician drops, read into one case: a case file, or the files of a laboratory.

    reading      any of the accepted files into a `ReadCase`
    case_file    the case as JSON or YAML (`schemas/case.schema.json`)
    findings     one alteration of a case file, whatever its spelling

What cannot be understood is kept in `not_read` with the reason: nothing is guessed, nothing is dropped.
"""
