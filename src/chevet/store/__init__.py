"""Where things are kept: bytes and rows, no medicine.

A study comes in as a `Record` and leaves as answers. In the order in which that happens:

- `lake`      the studies; `Lake.write` keeps a record as a new immutable version, `Lake.open` reads one
- `canon`     the one order of a table's rows, and the digest of what a study says
- `writing`   the files of a version: Parquet, the DuckDB file made from it, the index, the manifest
- `version`   one version, open for reading
- `ledger`    the chained lines of all that was done: an import counts once it is entered there
- `checking`  is a version still what was written?
- `engines`   one question, written once, asked of DuckDB, polars or Spark
- `bits`      sets of patients as packed bits, for the questions that must be answered in milliseconds

Nothing is loaded from here: import the file you mean, so that a quick command stays quick.
"""
