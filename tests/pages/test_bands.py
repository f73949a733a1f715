"""The band of a group behind a cadre's months: exact, of enough people, and for whom standings are."""

from collections.abc import Iterator

import pytest

from ledger.service.standings import quartiles
from tests.pages.people import People, served


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with served(tmp_path_factory.mktemp("bands") / "people.db") as found:
        yield found


@pytest.mark.parametrize(
    ("ordered", "shown"),
    [
        ([100], ["1.00", "1.00", "1.00"]),
        ([0, 1], ["0.00", "0.01", "0.01"]),
        ([0, 100, 200, 300, 400], ["1.00", "2.00", "3.00"]),
        ([0, 100, 200, 300], ["0.75", "1.50", "2.25"]),
        ([0, 0, 0, 10000], ["0.00", "0.00", "25.00"]),
        ([5000, 6100, 8100, 8500, 9200, 9500], ["66.00", "83.00", "90.25"]),
    ],
)
def test_quartiles_are_exact_and_rounded_half_up(ordered: list[int], shown: list[str]) -> None:
    found = quartiles(ordered)
    assert [found[name] for name in ("lower", "median", "upper")] == shown


def test_the_band_is_that_of_the_group(people: People) -> None:
    with people.window("organiser") as client:
        bands = client.get("/cadres/c5.json").json()["bands"]
        assert client.get("/cadres/w1.json").json()["bands"] == {}, "of fewer than five it would be of persons"
        assert client.get("/cadres/c5.json", params={"at": 40}).json()["bands"] == {}
    assert bands.keys() == {"2025-01", "2025-02", "2025-03"}
    assert [bands["2025-01"][name] for name in ("lower", "median", "upper")] == ["66.00", "83.00", "90.25"]
    assert bands["2025-03"]["lower"] == "72.75"


@pytest.mark.parametrize("name", ["self", "supervisor"])
def test_who_reads_no_standings_sees_no_band(people: People, name: str) -> None:
    with people.window(name) as client:
        page = client.get("/cadres/c6.json").json()
        assert page["bands"] == {}
        assert page["charted"][0]["points"] is not None
        assert 'class="band"' not in client.get("/cadres/c6").text


def test_periods_without_a_result_are_told_in_a_line(people: People) -> None:
    with people.window("organiser") as client:
        record = client.get("/cadres/c5.json").json()["record"]
    known = people.asks("/v1/cadres/c5/record")
    for part in ("months", "quarters", "years"):
        assert record[part] == known[part][: len(record[part])]
        assert record["waiting"][part] == [known[part][len(record[part])]["period"], known[part][-1]["period"]]
    assert [row["period"] for row in record["months"]] == ["2025-01", "2025-02", "2025-03"]
