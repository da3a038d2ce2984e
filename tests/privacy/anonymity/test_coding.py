"""What does not fit is told with the rows where it is, and without a value of theirs."""

from __future__ import annotations

import pyarrow as pa
import pytest

from chevet.errors import BadInput
from chevet.privacy.anonymity.coding import hierarchies_of
from tests.privacy.anonymity.people import policy

AGES = pa.table({"age": ["61", "forty", "50", "61", "forty", "999"]})


def test_values_that_a_hierarchy_does_not_know_are_counted_by_row() -> None:
    with pytest.raises(BadInput) as refused:
        hierarchies_of([AGES], policy(columns='[[column]]\nname = "age"\nrole = "quasi"\nhierarchy = "age"\n'))
    assert "age: 3 rows hold a value that the hierarchy age does not know (the first is row 2)" in refused.value.message
    assert "forty" not in refused.value.message
    assert "999" not in refused.value.message


def test_rows_of_the_population_are_said_to_be_of_the_population() -> None:
    columns = '[[column]]\nname = "age"\nrole = "quasi"\nhierarchy = "age"\n'
    with pytest.raises(BadInput, match="age: in the population: 3 rows hold a value"):
        hierarchies_of([pa.table({"age": ["61"]}), AGES], policy(columns=columns))


@pytest.mark.parametrize(
    ("hierarchy", "says"),
    [("stagge", "no built-in hierarchy is called stagge; nearest: stage"), ("ages.csv", "there is no file ages.csv")],
)
def test_a_hierarchy_that_is_not_there_is_named_with_the_nearest(hierarchy: str, says: str) -> None:
    columns = f'[[column]]\nname = "age"\nrole = "quasi"\nhierarchy = "{hierarchy}"\n'
    with pytest.raises(BadInput, match=says):
        hierarchies_of([AGES], policy(columns=columns))
