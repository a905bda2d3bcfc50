"""Write the tables of columns into the pages on schemes, from the tables as they are declared.

Run ``python docs/reference.py`` after a column or its comment has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from assessor.i18n import catalog
from assessor.scheme.columns import DECISIONS, TABLES, Table

HERE = Path(__file__).parent
PAGES = {"en": HERE / "schemes.md", "zh": HERE / "方案编写.md"}
_HEADS = {"en": ("column", "meaning"), "zh": ("列", "含义")}


def filled(page: str, language: str) -> str:
    """Return a page with its tables of columns written anew."""
    for name, tables in (("tables", TABLES), ("decisions", (DECISIONS,))):
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        text = "\n".join(_lines(tables, language))
        page = re.sub(pattern, lambda m, text=text: f"{m[1]}\n{text}\n{m[2]}", page, flags=re.S)
    return page


def _lines(tables: Iterable[Table], language: str) -> Iterable[str]:
    words = catalog(language)
    column, meaning = _HEADS[language]
    for table in tables:
        yield f"**`{table.zh if language == 'zh' else table.key}`**\n"
        yield f"| {column} | {meaning} |\n| --- | --- |"
        for cell in table.columns:
            name = cell.zh if language == "zh" else cell.key
            star = "\\*" if cell.required else ""
            text = words.text(f"column.{table.key}.{cell.key}").replace("|", "\\|")
            yield f"| `{name}`{star} | {text} |"
        yield ""


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(filled(path.read_text(encoding="utf-8"), language), encoding="utf-8")
