"""Copy number segments (`SEG`): log ratios of stretches of the genome, without gene calls."""

from __future__ import annotations

import pyarrow as pa

from chevet.records import maf_rows
from chevet.records.cbioportal.folder import Study
from chevet.records.cbioportal.variants import study_assembly
from chevet.records.rows import by_value, mask, numbers, pc, said, shaped, whole_numbers
from chevet.records.text import Columns, read_table

COLUMNS = Columns(
    required=("ID", "chrom", "loc.start", "loc.end", "seg.mean"),
    optional=("num.mark",),
    aliases={"loc_start": "loc.start", "loc_end": "loc.end", "num_mark": "num.mark", "seg_mean": "seg.mean"},
)


def read_segments(study: Study) -> None:
    """The segments of a study; a row of an unknown sample, or whose place is not a place, is rejected."""
    for meta, path in study.of_kind(("COPY_NUMBER_ALTERATION", "SEG")):
        table = read_table(path, COLUMNS, study.report, "copy_number", file=meta.data_file)
        table.announce(study.report, "copy_number")
        study.say_unread("copy_number", table)
        samples = said(table.column("ID"))
        patients = study.patients_of(samples)
        start, _ = whole_numbers(table.column("loc.start"))
        end, _ = whole_numbers(table.column("loc.end"))
        probes, bad_probes = whole_numbers(table.column("num.mark"))
        ratio, bad_ratio = numbers(table.column("seg.mean"))
        strangers = mask(pc.is_null(patients))
        nowhere = ~strangers & (mask(pc.is_null(start)) | mask(pc.is_null(end)) | mask(pc.greater(start, end)))
        study.report.reject("copy_number", meta.data_file, table.at(strangers), "unknown_sample")
        study.report.reject("copy_number", meta.data_file, table.at(nowhere), "segment_without_place")
        kept = ~strangers & ~nowhere
        study.report.repair("copy_number", meta.data_file, table.at((bad_probes | bad_ratio) & kept), "wrong_number")
        build = maf_rows.assembly(meta.properties.get("reference_genome_id")) or study_assembly(study)
        study.add(
            "copy_number",
            shaped(
                "copy_number",
                table.rows,
                {
                    "sample_id": pc.fill_null(samples, ""),
                    "patient_id": pc.fill_null(patients, ""),
                    "profile": meta.profile,
                    "assembly": build,
                    "chromosome": by_value(table.column("chrom"), maf_rows.chromosome),
                    "start": start,
                    "end": end,
                    "log2_ratio": ratio,
                    "probes": probes,
                },
            ).filter(pa.array(kept)),
        )
