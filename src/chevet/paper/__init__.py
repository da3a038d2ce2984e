"""How pictures, pages and printed sheets are made, for every room that shows something.

    pictures    one Vega-Lite description becomes SVG, PNG, or a page that stands alone
    pages       HTML from a template of ours: values escaped, nothing fetched
    document    sections with facts, tables and pictures, as a page and as a PDF
    sheets      PDF on A4 from a Typst template of ours: tagged, the same to the byte for the same data

Nothing here knows a patient: it is given words and numbers that may be shown.
"""
