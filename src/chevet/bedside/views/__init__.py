"""The page in words: `sheet` puts it into French or English, `html` and `pdf` lay the same sheet out."""
