import importlib.util
import sys
import threading

from .engine import Engine, progress_of
from .quietly import quietly


class Dask(Engine):
    """Tags graphs with a span of the cell; the scheduler counts its tasks."""

    # Runs at the scheduler, where there is nothing of ours: it is sent as text, and holds for no other module.
    COUNT = """
def count(span, dask_scheduler=None):
    extension = dask_scheduler.extensions.get("spans")
    found = None if extension is None else extension.spans.get(span)
    if found is None:
        return None
    rows = {}
    for group in found.traverse_groups():
        row = rows.setdefault(group.prefix.name if group.prefix else group.name, {})
        for state, number in group.states.items():
            row[state] = row.get(state, 0) + number
    return rows, dask_scheduler.total_nthreads
"""

    # Data frames of Dask warn of annotations. Of ours nobody need know; a cell's own are not alone in the words.
    OURS_ALONE = r"Dask annotations \{'span': \{'name': \('cell [^']*',\), 'ids': \('[-0-9a-f]{36}',\)\}\} detected"

    def __init__(self, cells):
        self.cells = cells
        self.imported = Import("distributed.client", self.is_here)
        self.quiet = None
        self.made = {}
        exec(self.COUNT, {"__name__": "__main__"}, self.made)

    def loaded(self):
        return "distributed.client" in sys.modules

    def wait(self):
        self.imported.wait()

    def is_here(self):
        cell = self.cells.current
        if cell is not None and threading.current_thread() is threading.main_thread():
            self.enter(cell)

    def end(self):
        self.imported.forget()

    @staticmethod
    def client():
        return sys.modules["distributed.client"]._get_global_client()

    @staticmethod
    def annotations():
        return getattr(sys.modules.get("dask.base"), "_annotations", None)

    def enter(self, cell):
        held = self.annotations()
        if held is None:
            return
        import uuid
        import warnings

        # Once: each filter that is set makes all warnings come again.
        if self.quiet is None or self.quiet not in warnings.filters:
            warnings.filterwarnings("ignore", message=self.OURS_ALONE)
            self.quiet = warnings.filters[0]
        cell.span = str(uuid.uuid4())
        cell.annotations = held.get()
        # As `distributed.span` puts it, but without a context to leave: the cell may end in another one.
        held.set({**(cell.annotations or {}), "span": {"name": ("cell " + cell.id,), "ids": (cell.span,)}})

    def leave(self, cell):
        held = self.annotations()
        if held is not None and hasattr(cell, "span"):
            held.set(cell.annotations)

    def report(self, cell):
        client = self.client()
        if client is None or not hasattr(cell, "span"):
            return None
        counted = self.ask(client, cell)
        if counted is None:
            return None
        rows, threads = counted
        stages = []
        for name, states in rows.items():
            done = states.get("memory", 0) + states.get("forgotten", 0) + states.get("released", 0)
            running, failed = min(states.get("processing", 0), threads), states.get("erred", 0)
            stages.append((name, done, running, failed, sum(states.values())))
        return progress_of("dask", 1, stages)

    def ask(self, client, cell):
        import asyncio

        # On the client's own loop, without a word to it should it be about to end.
        asked = client._run_on_scheduler(self.made["count"], cell.span)
        try:
            future = asyncio.run_coroutine_threadsafe(asked, client.loop.asyncio_loop)
        except Exception:
            asked.close()
            raise
        try:
            return future.result(5)
        finally:
            future.cancel()

    def cancel(self, cell):
        # What the cell waited for was released when it was interrupted; what it only submitted goes by its span.
        client = self.client()
        if client is None or not hasattr(cell, "span"):
            return
        find = {}
        exec(
            """
def find(span, dask_scheduler=None):
    extension = dask_scheduler.extensions.get("spans")
    found = None if extension is None else extension.spans.get(span)
    if found is None:
        return []
    groups = {group.name for group in found.traverse_groups()}
    busy = ("waiting", "processing", "queued", "no-worker")
    return [key for key, task in dask_scheduler.tasks.items() if task.group.name in groups and task.state in busy]
""",
            {"__name__": "__main__"},
            find,
        )
        future = sys.modules["distributed.client"].Future
        keys = [key for key in client.run_on_scheduler(find["find"], cell.span) if key in client.futures]
        client.cancel([future(key, client) for key in keys])


class Import:
    """Says once when a module has been imported: a cell that imports an engine and uses it at once is tagged as well."""

    def __init__(self, name, then):
        self.name = name
        self.then = then

    def wait(self):
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def forget(self):
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(self, name, path=None, target=None):
        return quietly(self._find) if name == self.name else None

    def _find(self):
        self.forget()
        spec = importlib.util.find_spec(self.name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            quietly(self.then)

        spec.loader.exec_module = exec_module
        return spec
