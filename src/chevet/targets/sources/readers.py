"""Which reader reads which kind. Kinds that another room reads are added by whoever calls: a reader is a function."""

from __future__ import annotations

from chevet.targets.sources.domains import read_domains
from chevet.targets.sources.drivers import read_drivers
from chevet.targets.sources.drugs import read_drugs
from chevet.targets.sources.expression import read_expression
from chevet.targets.sources.families import read_families
from chevet.targets.sources.gene_lists import read_essential, read_nonessential
from chevet.targets.sources.kinds import Kind
from chevet.targets.sources.liabilities import read_liabilities
from chevet.targets.sources.pathways import read_pathways
from chevet.targets.sources.reading import Reader
from chevet.targets.sources.surface import read_surface

READERS: dict[Kind, Reader] = {
    "drugs": read_drugs,
    "surface": read_surface,
    "essential": read_essential,
    "nonessential": read_nonessential,
    "liabilities": read_liabilities,
    "expression": read_expression,
    "families": read_families,
    "drivers": read_drivers,
    "domains": read_domains,
    "pathways": read_pathways,
}
