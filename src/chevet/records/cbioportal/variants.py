"""The mutation files of a study: `MUTATION_EXTENDED` (and the older `MUTATION_UNCALLED`)."""

from __future__ import annotations

from chevet.records import maf_rows
from chevet.records.cbioportal.folder import Profile, Study
from chevet.records.rows import distinct

SEQUENCED = "#sequenced_samples"


def study_assembly(study: Study) -> str | None:
    """GRCh37 or GRCh38, where the study says so."""
    return maf_rows.assembly(study.study.properties.get("reference_genome"))


def read_variant_files(study: Study) -> None:
    """Every mutation file, and who was sequenced according to it."""
    for meta, path in study.of_kind(("MUTATION_EXTENDED", ""), ("MUTATION_UNCALLED", "")):
        file = maf_rows.read_variants(
            path,
            study.report,
            file=meta.data_file,
            patient_of=study.patients_of,
            assembly_said=study_assembly(study),
        )
        study.variant_files.append(file)
        study.was_read(meta, Profile("variant", distinct(file.rows.column("sample_id"))))
        for _, comment in file.text.comments:
            name, _, samples = comment.partition(":")
            if name.strip().casefold() == SEQUENCED:
                study.sequenced.update(samples.split())
    study.add("variant", maf_rows.joined(study.variant_files, study.report))
