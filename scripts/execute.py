"""Runs one notebook with nbclient and prints each event of the run as a line of JSON.

usage: execute.py INPUT OUTPUT KERNEL FOLDER [--go-on]

INPUT   the notebook to run; FOLDER is the kernel's working folder
OUTPUT  where the executed copy is written, also after a failing cell
--go-on  runs the cells after a failing one as well
KERNEL  the kernelspec's name
"""

import json
import os
import re
import sys

# The text of an error that a kernel only prints: `ReferenceError: x is not defined` at a line's start, or a
# diagnostic of stock tslab's compiler, `1:19 - Cannot find name 'x'.`
PRINTED = re.compile(r"^(Uncaught )?[\w$]*(Error|Exception)( \[\w+\])?: |^\d+:\d+ - ", re.MULTILINE)


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


try:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from jupyter_client.kernelspec import NoSuchKernel
except ImportError as error:
    tell("missing", module=error.name, python=sys.executable)
    sys.exit(3)


def main(source, target, kernel, folder, go_on=""):
    notebook = nbformat.read(source, as_version=4)
    code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    number = {index: k + 1 for k, index in enumerate(code_cells)}
    # As nbclient does for ipykernel: a notebook that a program runs is no part of the user's history. Nor does it
    # tick exercises.
    os.environ.setdefault("QATLAB_HISTORY", "off")
    os.environ.setdefault("QATLAB_PROGRESS", "off")
    client = NotebookClient(
        notebook,
        timeout=None,
        allow_errors=go_on == "--go-on",
        startup_timeout=120,
        kernel_name=kernel,
        record_timing=False,  # an executed copy is the same on every machine
        coalesce_streams=True,
        resources={"metadata": {"path": folder}},
        on_cell_start=lambda cell, cell_index: tell("cell", number=number.get(cell_index)),
    )
    tell("start", cells=len(code_cells))
    try:
        client.execute()
    except NoSuchKernel:
        tell("no-kernel", kernel=kernel)
        return 3
    except DeadKernelError:
        tell("dead")
        return 1
    except CellExecutionError:
        pass  # told below, from the cell's own output
    finally:
        temporary = target + ".part"
        nbformat.write(notebook, temporary)
        os.replace(temporary, target)
    for index in code_cells:
        cell = notebook.cells[index]
        allowed = "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.outputs:
            lines = None if allowed else error_lines(output)
            if lines:
                tell("error", number=number[index], traceback=lines)
                return 1
    tell("done")
    return 0


def error_lines(output):
    """The lines of an output that is an error, also of an error that the kernel has only printed."""
    if output.output_type == "error":
        return output.traceback or [f"{output.ename}: {output.evalue}"]
    if output.output_type == "stream" and output.name == "stderr" and PRINTED.search(output.text):
        return output.text.rstrip().split("\n")
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
