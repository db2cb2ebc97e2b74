"""What the agent asks of engines, and what they answer."""

MOST_STAGES = 24
MOST_NAME = 120
# What an engine says of a cell that is over, as long as it does not know all of it.
LATER = {}


class Engine:
    """
    One engine that this kernel may use. Any of this may fail, which counts as nothing said. `cell` is a `Cell`, on which an
    engine keeps what it needs to know of it. All but `loaded`, `wait` and `end` are asked only where the engine is loaded.
    """

    def loaded(self):
        """Whether its module has been imported: nothing here imports one."""
        return False

    def wait(self):
        """A cell begins, and the engine is not loaded: it may be within the cell."""

    def enter(self, cell):
        """A cell begins: what it asks of the engine from now on is its. In the cell's thread, which waits."""

    def leave(self, cell):
        """The cell is over. In the same thread."""

    def report(self, cell):
        """How far the work of the cell is, as `progress_of` says it; None where there is none; or LATER. In the agent's thread."""

    def cancel(self, cell):
        """Ends the work of a cell that was interrupted. In a thread of its own."""

    def end(self):
        """The agent ends: nothing of it stays with the engine."""


def progress_of(engine, jobs, stages, **more):
    """What the server is told. `stages`: rows of name, done, running, failed and total, the latest last."""
    names = ("done", "running", "failed", "total")
    rows = [dict(zip(("name", *names), (str(row[0])[:MOST_NAME], *map(int, row[1:])))) for row in stages]
    known = {"bytesRead": None, "shuffleRead": None, "shuffleWrite": None, "spilled": None}
    return {
        "engine": engine,
        "jobs": jobs,
        "tasks": {name: sum(row[name] for row in rows) for name in names},
        "stages": rows[-MOST_STAGES:],
        "stageCount": len(rows),
        **known,
        **more,
    }
