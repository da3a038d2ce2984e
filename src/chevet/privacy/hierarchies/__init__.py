"""How values become coarser: ages to bands, communes to departements, codes to chapters."""
