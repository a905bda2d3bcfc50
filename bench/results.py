"""How large the results of 300 and of 10,000 units are, and how long they take to write.

The units, their entries and the 60 nodes of their tree are those of ``evaluate.py``; nothing is
read from files. Each kind of result is made once: CPU seconds of all its processes, and bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import evaluate as made
import pandas as pd
import shared

from assessor.outputs.audit.workbook import audit_xlsx, audited
from assessor.outputs.bulletin import bulletin_docx
from assessor.outputs.bulletin_facts import Told
from assessor.outputs.feedback import feedback_files
from assessor.outputs.feedback_round import feedback_round
from assessor.outputs.ranking import ranking_xlsx
from assessor.outputs.tables import scores_csv, standing_csv
from assessor.returns.collection import Collection
from assessor.returns.columns import ENTRY_FIELDS
from assessor.scoring.evaluate import evaluate
from assessor.scoring.inputs import Inputs
from assessor.standing.stand import Standing, stand

_KEY = b"k" * 32


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, nargs="*", default=[300, 10_000])
    options.add_argument("--seed", type=int, default=1, help="of the made-up entries")
    given = options.parse_args()
    print(shared.machine())
    for units in given.units:
        scheme = made.scheme_of(units)
        inputs = made.inputs_of(scheme, given.seed)
        standing = stand(scheme, evaluate(scheme, inputs))
        rows = [
            _measured(name, make) for name, make in _results(standing, inputs) if make is not None
        ]
        heads = ("CPU s", "MB", "files")
        shared.show(f"{units:,} units", heads, rows)


def _results(
    standing: Standing, inputs: Inputs
) -> list[tuple[str, Callable[[], list[bytes]] | None]]:
    scheme = standing.scheme
    entries = pd.DataFrame(columns=list(ENTRY_FIELDS), dtype=object)

    def feedback() -> list[bytes]:
        told = feedback_round(standing, inputs, entries, (), ())
        return list(feedback_files(told, _KEY).values())

    def bulletin() -> list[bytes]:
        told = Told(standing, Collection(), inputs, (), ())
        return [bulletin_docx(told, None, "")[0]]

    def audit() -> list[bytes]:
        return [audit_xlsx(standing, inputs, ())]

    assert scheme.units
    return [
        ("ranking.xlsx", lambda: [ranking_xlsx(standing, Collection(), inputs, ())]),
        ("audit.xlsx", audit if audited(standing, asked=False) else None),
        ("feedback/", feedback),
        ("bulletin.docx", bulletin),
        ("standing.csv, scores.csv", lambda: [standing_csv(standing), scores_csv(standing)]),
    ]


def _measured(name: str, make: Callable[[], list[bytes]]) -> tuple[str, str, str, str]:
    made_: list[list[bytes]] = []
    took = shared.took(lambda: made_.append(make()))
    files = made_[0]
    size = sum(map(len, files)) / 1e6
    return name, f"{took.cpu:.1f}", f"{size:.2f}", f"{len(files):,}"


if __name__ == "__main__":
    main()
