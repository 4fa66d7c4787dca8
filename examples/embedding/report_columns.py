"""User-defined report columns over CSV: a column is an expression in Sentra.

Run it: python examples/embedding/report_columns.py
"""

from __future__ import annotations

import csv
import io

import sentra

DATA = """\
product,price,sold,returned
lamp,24.50,120,4
desk,310.00,15,0
chair,89.90,0,0
"""

COLUMNS = {
    "revenue": "round(price * (sold - returned), 2)",
    "return rate": '`${round(returned * 100 / sold, 1)} %`',
    "label": 'upper(product) + (price > 100 ? " (premium)" : "")',
    "endless": "forever()",
}

HELPERS = """
fn forever() { while true { } }
"""


def number(text: str) -> int | float | str:
    """A cell as a number, if it is one."""
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            pass
    return text


def report(data: str, columns: dict[str, str]) -> list[list[str]]:
    """The table with its additional columns; what cannot be computed says why."""
    rows = [{name: number(cell) for name, cell in row.items()}
            for row in csv.DictReader(io.StringIO(data))]
    fields = ", ".join(rows[0])
    engine = sentra.Engine(limits=sentra.Limits.default(steps=20_000, time=0.2))
    table = [[*rows[0], *columns]]
    functions = {}
    for title, expression in columns.items():
        # The user's text is the body of a function; mistakes in it are found here, before any row.
        source = f"{HELPERS}\nfn column({fields}) {{ return (\n{expression}\n) }}"
        functions[title] = engine.compile(source, f"{title}.sn")
    for row in rows:
        cells = [str(cell) for cell in row.values()]
        for program in functions.values():
            try:
                cells.append(str(program.call("column", *row.values())))
            except sentra.SentraError as error:
                cells.append(f"#{error.message}")
            except sentra.LimitExceeded as error:
                cells.append(f"#{error.limit}")
        table.append(cells)
    return table


def main() -> None:
    """Print the report."""
    table = report(DATA, COLUMNS)
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())


if __name__ == "__main__":
    main()
