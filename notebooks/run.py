"""Executes notebooks from top to bottom, headlessly, with the kernel that setup.sh has made.

Without --write the committed outputs must belong to the committed code, and every cell must show the same kinds of
things as it does in the file; the file is left alone. With --write the outputs go into the file. With --twice all cells
run a second time in the same kernel, and memory must not have grown."""

import argparse
import hashlib
import json
import os
import pathlib
import re
import socket
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

KERNELSPEC = {"display_name": "Java (isnet)", "language": "java", "name": "isnet"}

GREATEST_SIZE = 1_500_000

# The Rapaio kernel sometimes starts without listening: one of its threads looks at a flag before it is set.
STARTS = 8
START_SECONDS = 25

# What a second run may add: classes that were not loaded before, compiled code, fragments.
GROWTH = {"heap": 24, "physical": 100}

PROBE = """
for (int i = 0; i < 4; i++) { System.gc(); Thread.sleep(100); }
System.out.println("{\\"heap\\": " + (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory())
    + ", \\"physical\\": " + org.bytedeco.javacpp.Pointer.physicalBytes() + "}");
"""


class Failure(Exception):
    """What is wrong with a notebook, in a sentence."""


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def fingerprint(notebook):
    """A hash of all code, in order."""
    return hashlib.sha256("\0".join(cell.source for cell in code(notebook)).encode()).hexdigest()


def kinds(cell):
    """What a cell shows, whatever it says: streams and the richest type of each display, without repetitions."""
    found = []
    for output in cell.outputs:
        kind = output.get("name") or next(
            (t for t in ("image/png", "text/html", "text/plain") if t in output.get("data", {})), output.output_type
        )
        if not found or found[-1] != kind:
            found.append(kind)
    return found


def plain(text):
    """Text without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text).strip()


def execute(client, notebook):
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.outputs = []
            client.execute_cell(cell, index)


def memory(client, notebook):
    """Megabytes after a garbage collection."""
    cell = nbformat.v4.new_code_cell(PROBE)
    notebook.cells.append(cell)
    client.execute_cell(cell, len(notebook.cells) - 1, store_history=False)
    notebook.cells.pop()
    text = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
    return {name: value / 1e6 for name, value in json.loads(text).items()}


def run(notebook, folder, timeout, twice):
    """Fills in the outputs; the memory after each of two runs, or nothing after one."""
    log = pathlib.Path(__file__).resolve().parent / "target" / "kernel.log"
    for start in range(STARTS):
        client = NotebookClient(
            notebook,
            kernel_name="isnet",
            timeout=timeout,
            startup_timeout=START_SECONDS,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            with log.open("a") as file, client.setup_kernel(stdout=file, stderr=file):
                execute(client, notebook)
                if not twice:
                    return []
                first = memory(client, notebook)
                execute(client, notebook)
                return [first, memory(client, notebook)]
        except CellExecutionError as e:
            raise Failure("a cell fails:\n" + plain(str(e))) from e
        except DeadKernelError as e:
            raise Failure(f"the kernel died: {e}") from e
        except TimeoutError as e:
            raise Failure(f"a cell takes longer than {timeout} seconds: {str(e)[:300]}") from e
        except RuntimeError as e:
            if "respond" not in str(e) or start == STARTS - 1:
                raise Failure(f"the kernel does not start: {e}") from e


def check_memory(first, second):
    for name, limit in GROWTH.items():
        if second[name] > first[name] + limit:
            raise Failure(
                f"a second run takes more memory: {name} {first[name]:.0f} MB, then {second[name]:.0f} MB; "
                f"at most {limit} MB more are expected."
            )


def check_outputs(notebook, text, made_here=False):
    """Committed outputs are small and say nothing of the machine they were made on."""
    if len(text.encode()) > GREATEST_SIZE:
        raise Failure(f"it has {len(text.encode()):,} bytes, but at most {GREATEST_SIZE:,} are expected.")
    root = str(pathlib.Path(__file__).resolve().parent.parent)
    words = [root, "/tmp/", "/root/", "/home/", "/Users/"]
    if made_here:
        words += [word for word in (os.path.expanduser("~"), socket.gethostname()) if len(word) > 1]
    for number, cell in enumerate(notebook.cells, 1):
        shown = json.dumps([{k: v for k, v in o.get("data", o).items() if k != "image/png"} for o in cell.get("outputs", [])])
        for word in words:
            if re.search(r"(?<![\w-])" + re.escape(word) + r"(?![\w-])" if word.isalnum() else re.escape(word), shown):
                raise Failure(f"cell {number} shows '{word}', which is this machine's.")
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise Failure(f"cell {number} writes on stderr: {output.text[:300]}")


def tidy(notebook):
    """Leaves out what differs from machine to machine."""
    notebook.metadata = nbformat.from_dict(
        {
            "isnet": {"code": fingerprint(notebook)},
            "kernelspec": KERNELSPEC,
            "language_info": {"file_extension": ".java", "mimetype": "text/x-java-source", "name": "java"},
        }
    )
    for number, cell in enumerate(code(notebook), 1):
        cell.execution_count = number
        cell.metadata = nbformat.from_dict({})
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    return notebook


def handle(path, arguments):
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as e:
        raise Failure(f"it cannot be read as a notebook: {e}.") from e
    committed = [kinds(cell) for cell in code(notebook)]
    if not arguments.write:
        if notebook.metadata.get("isnet", {}).get("code") != fingerprint(notebook):
            raise Failure("its outputs are those of other code; notebooks/test.sh --write runs it and keeps the new ones.")
        check_outputs(notebook, path.read_text())
    started = time.time()
    # Outputs that are kept are made in an empty folder: nobody's own data gets into them.
    with tempfile.TemporaryDirectory() as empty:
        folder = empty if arguments.write else path.parent
        measured = run(notebook, folder, arguments.timeout, arguments.twice)
    seconds = time.time() - started
    if measured:
        check_memory(*measured)
    if arguments.write:
        text = nbformat.writes(tidy(notebook))
        check_outputs(notebook, text, made_here=True)
        path.write_text(text + "\n")
    else:
        for number, (before, cell) in enumerate(zip(committed, code(notebook)), 1):
            if before != kinds(cell):
                raise Failure(f"code cell {number} shows {kinds(cell)}, in the file {before}.")
    growth = "".join(
        f"; {name} {measured[0][name]:.0f} MB, the second time {measured[1][name]:.0f} MB" for name in GROWTH if measured
    )
    print(f"{path.name}: passed in {seconds:.0f} s{growth}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--timeout", type=int, default=240, help="seconds for a cell")
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    failed = 0
    for path in arguments.notebooks:
        try:
            handle(path, arguments)
        except Failure as e:
            failed += 1
            print(f"{path.name}: {e}", file=sys.stderr, flush=True)
    print(f"notebooks: {len(arguments.notebooks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
