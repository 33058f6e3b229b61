"""Runs one notebook with nbclient and tells, a JSON line an event, how it goes.

usage: execute.py INPUT OUTPUT KERNEL FOLDER

INPUT   the notebook to run; FOLDER is the kernel's working folder
OUTPUT  where the executed copy is written, also after a failing cell
KERNEL  the kernelspec's name
"""

import json
import os
import sys


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


def main(source, target, kernel, folder):
    notebook = nbformat.read(source, as_version=4)
    code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    number = {index: k + 1 for k, index in enumerate(code_cells)}
    client = NotebookClient(
        notebook,
        timeout=None,
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
            if output.output_type == "error" and not allowed:
                lines = output.traceback or [f"{output.ename}: {output.evalue}"]
                tell("error", number=number[index], traceback=lines)
                return 1
    tell("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
