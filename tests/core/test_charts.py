import pytest

from core.charts import Chart, Series


def _chart(**fields: object) -> Chart:
    given = {
        "title": "People",
        "kind": "bar",
        "categories": ["May", "June"],
        "series": [Series(name="In", values=[1, None]), Series(name="Out", values=[0, 2])],
    }
    return Chart(**{**given, **fields})  # type: ignore[arg-type]


def test_rows_and_data_are_the_same_numbers() -> None:
    chart = _chart()

    assert chart.rows == [("May", [1, 0]), ("June", [None, 2])]
    assert chart.data["series"] == [
        {"name": "In", "values": [1, None], "role": ""},
        {"name": "Out", "values": [0, 2], "role": ""},
    ]


def test_a_chart_refuses_a_sixth_series() -> None:
    with pytest.raises(ValueError, match="five series"):
        _chart(series=[Series(name=str(n), values=[1, 2]) for n in range(6)])


def test_a_chart_refuses_a_series_of_another_length() -> None:
    with pytest.raises(ValueError, match="one value per category"):
        _chart(series=[Series(name="In", values=[1])])


def test_a_chart_without_anything_but_zero_is_empty() -> None:
    assert _chart(series=[Series(name="In", values=[0, None])]).is_empty
    assert not _chart().is_empty
