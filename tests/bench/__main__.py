"""Measures what is promised of speed and size: `make bench`, or in tests/ `python -m bench hot`.

Ratios are measured side by side in one run. A run that others disturb says so by its spread: let
there be several, and look at the least.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from bench import cold, directory, hanging, hot, memory, once, start
from bench.figures import Lacking, Results, number
from bench.ground import Ground, ground
from rich.console import Console
from rich.table import Column, Table

BENCHES = {
    module.__name__.removeprefix("bench."): module.measure
    for module in (hot, cold, once, hanging, directory, memory, start)
}

said = Console(stderr=True)


def main() -> int:
    """Measure, and end with 1 where a promise is not kept."""
    wanted = _arguments()
    results = Results()
    with ground() as place:
        for run in range(wanted.runs):
            for name in wanted.bench or BENCHES:
                with said.status(f"Run {run + 1} of {wanted.runs}: {name} …"):
                    _measure(name, place, results)
    if wanted.json:
        json.dump({"figures": results.rows(), "lacking": results.lacking}, sys.stdout, indent=2)
    else:
        _show(results)
    return 0 if results.kept else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measure what is promised.")
    parser.add_argument("bench", nargs="*", help=f"which: {', '.join(BENCHES)}; all by default")
    parser.add_argument("--runs", type=int, default=3, help="how often (default: 3)")
    parser.add_argument("--json", action="store_true", help="write JSON instead of a table")
    wanted = parser.parse_args()
    if unknown := set(wanted.bench) - BENCHES.keys():
        parser.error(f"there is no bench called {', '.join(sorted(unknown))}")
    return wanted


def _measure(name: str, place: Ground, results: Results) -> None:
    try:
        for figure in BENCHES[name](place):
            results.add(figure)
            said.print(f"{name}: {figure.promise.what}: {number(figure.value)} ({figure.note})")
    except Lacking as error:
        results.lacking[name] = str(error)
        said.print(f"[bold yellow]Not measured: {name}: {error}")


def _show(results: Results) -> None:
    rows = results.rows()
    table = Table("promise", "bound", "kept", *_right("min", "median", "max"))
    for row in rows:
        kept = "[green]yes" if row["kept"] else "[bold red]no"
        figures = (number(row[which]) for which in ("min", "median", "max"))
        table.add_row(row["promise"], row["bound"], kept, *figures)
    for name, why in results.lacking.items():
        table.add_row(f"{name}: {why}", "", "[yellow]not measured")
    Console().print(table)


def _right(*titles: str) -> Sequence[Column]:
    return [Column(title, justify="right") for title in titles]


if __name__ == "__main__":
    sys.exit(main())
