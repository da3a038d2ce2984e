"""Made-up lines of evidence for the tests of the ranking."""

from __future__ import annotations

from typing import Any

from chevet.targets.evidence import Line, Part, Standing


def speaks(gene: str, part: Part, standing: Standing = "for", finding: str = "made_up", **more: Any) -> Line:
    """One line; a part that measures q gives one half for q = 0.01 and four fifths for q = 0.0001."""
    return Line(gene, part, finding, standing, **more)
