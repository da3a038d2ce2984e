"""A cBioPortal study folder, read whole.

`folder` finds the meta files and guards their paths; `clinical` makes patients, samples and all
that is said of them; `panels` says what was tested; then one file per family of data: variants
(`records.maf_rows`), `matrices` (genes by samples), `structural`, `timeline`, `extras` (lists, tags,
resources). `reader` goes through them in that order.
"""

from __future__ import annotations

from chevet.records.cbioportal.reader import read, recognises

__all__ = ["read", "recognises"]
