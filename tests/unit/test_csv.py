"""Reports as files that a spreadsheet only shows."""

import pytest
from pydantic import BaseModel

from shop.http.csv import csv_text


class Row(BaseModel):
    username: str
    total: int


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_name_is_no_formula(name: str) -> None:
    assert csv_text(Row, [Row(username=name, total=-5)]).splitlines()[1] == f"'{name},-5"


def test_a_name_stays_in_its_field() -> None:
    assert csv_text(Row, [Row(username='a,"b', total=1)]).splitlines()[1] == '"a,""b",1'
