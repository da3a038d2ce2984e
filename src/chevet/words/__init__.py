"""What things are called: genes, tumour types, medicines, consequences, stages, labels. No input or output.

Each vocabulary is a table of facts in `tables/`, with its source, version and licence at its head;
`tables/sources.tsv` lists them all. Tables are read once, when first asked for.
"""
