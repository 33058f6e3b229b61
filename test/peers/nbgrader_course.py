"""Asks nbgrader whether it takes the course that `npx qatlab class` writes, and grades a student with it.

usage: python test/peers/nbgrader_course.py CLASS    (a folder of `npx qatlab class`, lesson 01 among its lessons)

Tried with nbgrader 0.9.6, in an environment of its own, which must be on PATH. JUPYTER_PATH names the folder with the
kernel's specification (.venv/share/jupyter of a clone), and `qatlab` must be found from CLASS (npm, or a link to
node_modules). The student answers one exercise of three rightly, one wrongly, one not: 1 point of 3.
"""

import csv
import pathlib
import subprocess
import sys

import nbformat
import nbgrader
from nbgrader.nbgraderformat import MetadataValidator

course = pathlib.Path(sys.argv[1]).resolve() / "nbgrader"
name = "01-what-does-rounding-do"


def call(*args):
    subprocess.run(["nbgrader", *args], cwd=course, check=True)


print("nbgrader", nbgrader.__version__)
for path in sorted(course.glob("source/*/*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    print("valid:", path.name)

call("generate_assignment", f"--assignment={name}", "--create", "--force")
notebook = nbformat.read(course / "release" / name / f"{name}.ipynb", as_version=4)
answers = {"answer_01_1": "7", "answer_01_2": "{ halfUp: 0.5, halfEven: 0 }"}
for cell in notebook.cells:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    if grade_id in answers:
        cell.source += f"\n{grade_id} = {answers[grade_id]};"
submitted = course / "submitted" / "ada" / name
submitted.mkdir(parents=True, exist_ok=True)
nbformat.write(notebook, submitted / f"{name}.ipynb")
call("autograde", f"--assignment={name}", "--create", "--force")
call("export", "--to", "grades.csv")
with open(course / "grades.csv") as file:
    (row,) = [row for row in csv.DictReader(file) if row["student_id"] == "ada"]
print("points:", row["score"], "of", row["max_score"])
assert (float(row["score"]), float(row["max_score"])) == (1, 3)
