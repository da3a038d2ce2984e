"""The mutation files of a study: `MUTATION_EXTENDED` (and the older `MUTATION_UNCALLED`)."""

from __future__ import annotations

import pyarrow as pa

from chevet.records import maf
from chevet.records.cbioportal.folder import Study
from chevet.records.rows import Column, by_value

SEQUENCED = "#sequenced_samples"


def study_assembly(study: Study) -> str | None:
    """GRCh37 or GRCh38, where the study says so."""
    return maf.assembly(study.study.properties.get("reference_genome"))


def read_variant_files(study: Study) -> None:
    """Every mutation file, and who was sequenced according to it."""
    files = []
    for meta, path in study.of_kind(("MUTATION_EXTENDED", ""), ("MUTATION_UNCALLED", "")):
        file = maf.read_variants(
            path, study.report, file=meta.data_file, patient_of=lambda samples: patient_of(study, samples),
            assembly_said=study_assembly(study),
        )
        files.append(file)
        study.has_data("variant", meta.profile, file.rows.column("sample_id").unique().to_pylist())
        for _, comment in file.text.comments:
            name, _, samples = comment.partition(":")
            if name.strip().casefold() == SEQUENCED:
                study.sequenced.setdefault(meta.profile, set()).update(samples.split())
    study.add("variant", maf.joined(files, study.report))


def patient_of(study: Study, samples: Column) -> Column:
    """The patient of each sample, null for a sample the study does not have."""
    return by_value(samples, study.patient_of_sample.get, pa.string())
