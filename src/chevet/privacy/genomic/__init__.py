"""What of the tumours' genomes may be released, at which detail, and how far a list of alterations is a name.

somatic     which rows of a study are alterations of the tumour, and what each is called at each detail
coverage    what was tested in whom, so that "not tested" stays a state
release     the alterations released at a chosen detail, none carried by fewer than k patients
singling    how many patients are singled out by their list, or by one, two, three of their alterations
matching    how many patients carry all of some alterations
"""

from chevet.privacy.genomic.matching import Carried
from chevet.privacy.genomic.release import AlterationRelease, release_alterations
from chevet.privacy.genomic.singling import carried, singling_out

__all__ = ["AlterationRelease", "Carried", "carried", "release_alterations", "singling_out"]
