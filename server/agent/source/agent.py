"""
What Farfield has inside a kernel: tells the kernel of its cluster, tags what engines are asked for with the cell that
asks, and reports how far they are. Standard library alone, Python 3.9 and later.

It is the module `_farfield_agent` and nothing else: it puts no name into the user's namespace, prints nothing, counts no
execution and imports no engine. Whatever goes wrong here is forgotten: running cells never depends on it. Of these files
`join-source.ts` beside them makes one.
"""

import json

from .binding import Binding
from .cells import Cells
from .dask import Dask
from .quietly import quietly
from .ray import Ray
from .reach import reach_all
from .spark import Spark
from .spark_connect import SparkConnect

# Given by whoever brings this source: two sources are the same exactly when these are.
version = None


class Said:
    """An answer as the kernel shows it: JSON in its `text/plain`."""

    def __init__(self, answer):
        self.answer = answer

    def __repr__(self):
        return json.dumps(self.answer, separators=(",", ":"))


def answer(request):
    """Answers one question of the server, which is JSON; called from a silent execution."""
    try:
        return Said(_answer(json.loads(request)))
    except Exception as error:  # noqa: BLE001
        return Said({"version": version, "error": f"{type(error).__name__}: {error}"[:500]})


def _answer(request):
    said = {"version": version}
    if "bind" in request:
        said["bind"] = _binding.change(request["bind"])
    if "reach" in request:
        said["reach"] = reach_all(request["reach"])
    return said


def begin(earlier):
    """Takes the place of an agent of another version, if there is one."""
    if earlier is not None:
        _binding.follow(getattr(earlier, "_binding", None))
        quietly(getattr(earlier, "end", None))
    _cells.begin()


def end():
    _cells.end()


_binding = Binding()
_cells = Cells()
_cells.engines = [Dask(_cells), Spark(), SparkConnect(_cells), Ray()]
