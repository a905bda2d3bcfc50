"""Make samples again from their scripts: entries, expected figures, blank forms, returned files.

    python samples/refill.py                    all samples that are made this way
    python samples/refill.py law flowing-cup    some of them

Run it with the Python that the package is installed in; LibreOffice must be there
(`fill_in_office.py` says what of it). Needed after a change of a template, or of the package that
makes other forms of it.
"""

import argparse
import csv
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# In this order: the districts live on what the flowing cup gives.
NAMES = ("law", "demonstration", "ideology", "branch", "united-front", "flowing-cup", "district")
OFFICE_PYTHON = "/usr/bin/python3"


def run(*command):
    subprocess.run([str(part) for part in command], check=True)


def refill(name, python):
    folder, script = HERE / name, f"{name.replace('-', '_')}.py"
    run(sys.executable, HERE / "entries" / script)
    run(sys.executable, HERE / "oracles" / script)
    for made in ("forms", "returns", "results"):
        shutil.rmtree(folder / made, ignore_errors=True)
    declared = declarations(folder)
    if declared:
        # What a unit declared is printed on the panel's form, once it has come back.
        issue(folder)
        only = [f"--only={form}" for form in declared]
        run(python, HERE / "fill_in_office.py", name, *only)
    issue(folder)
    run(python, HERE / "fill_in_office.py", name)


def issue(folder):
    program = "from assessor.cli import main; main()"
    run(sys.executable, "-c", program, "forms", "--workspace", folder)


def declarations(folder):
    """Return the forms whose texts other forms show."""
    with (folder / "scheme" / "forms.csv").open(encoding="utf-8-sig", newline="") as file:
        return sorted({row["shows"] for row in csv.DictReader(file) if row.get("shows")})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("samples", nargs="*", metavar="SAMPLE", help=", ".join(NAMES))
    parser.add_argument("--office-python", default=OFFICE_PYTHON, help="a Python that has UNO")
    asked = parser.parse_args()
    if unknown := set(asked.samples) - set(NAMES):
        parser.error(f"made otherwise, or not at all: {', '.join(sorted(unknown))}")
    for name in NAMES:
        if name in (asked.samples or NAMES):
            refill(name, asked.office_python)


if __name__ == "__main__":
    main()
