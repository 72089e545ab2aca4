"""Reports as files that a spreadsheet only shows."""

import pytest
from pydantic import BaseModel

from shop.http.csv import csv_text


class Row(BaseModel):
    username: str
    total: int


class Place(BaseModel):
    town: str
    is_far: bool


class Parcel(BaseModel):
    place: Place | None
    marks: list[str]
    pieces: list[Place]
    weights: dict[str, int]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_name_is_no_formula(name: str) -> None:
    assert csv_text(Row, [Row(username=name, total=-5)]).splitlines()[1] == f"'{name},-5"


def test_a_name_stays_in_its_field() -> None:
    assert csv_text(Row, [Row(username='a,"b', total=1)]).splitlines()[1] == '"a,""b",1'


def test_what_a_row_contains_has_columns_of_its_own() -> None:
    rows = [Parcel(place=Place(town="-ঢাকা", is_far=True), marks=["=a", "b"], pieces=[], weights={"ঢ": 1})]
    rows.append(Parcel(place=None, marks=[], pieces=[], weights={}))

    assert csv_text(Parcel, rows).splitlines() == [
        "place_town,place_is_far,marks,weights",
        """'-ঢাকা,true,'=a b,"{""ঢ"": 1}\"""",
        ",,,{}",
    ]
