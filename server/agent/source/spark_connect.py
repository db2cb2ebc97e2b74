import sys
import threading

from .engine import Engine, progress_of
from .quietly import quietly


class SparkConnect(Engine):
    """Spark with its driver far away: it reports by itself, to whoever runs the query."""

    MOST_OPERATIONS = 256

    def __init__(self, cells):
        self.cells = cells
        # Operations that are not over, with the cell that began them.
        self.owners = {}
        # Cells begin in the kernel's main thread, and are reported in the agent's.
        self.lock = threading.Lock()
        self.sessions = []
        self.paced = None
        self.tagged = None

    def loaded(self):
        return "pyspark.sql.connect.session" in sys.modules

    @staticmethod
    def session():
        kind = sys.modules["pyspark.sql.connect.session"].SparkSession
        return getattr(kind, "_default_session", None)

    def enter(self, cell):
        session = self.session()
        if session is None:
            return
        self.follow(session)
        # Tags are kept in this process, by thread: no question to the server.
        if self.tagged is not None and self.tagged[0] is session:
            session.removeTag(self.tagged[1])
        session.addTag(cell.tag)
        self.tagged = (session, cell.tag)
        cell.connect = True

    def follow(self, session):
        """Has it tell us; no question to the server."""
        with self.lock:
            if not any(one is session for one in self.sessions):
                self.sessions = [*self.sessions[-3:], session]
                session.registerProgressHandler(self.heard)

    def pace(self, session):
        """Has the server tell once a second. One that has died holds up who asks it, for minutes: nobody waits for this."""
        if self.paced is not session:
            self.paced = session
            name, value = "spark.connect.progress.reportInterval", "1s"
            threading.Thread(target=quietly, args=(session.conf.set, name, value), daemon=True).start()

    def end(self):
        with self.lock:
            for session in self.sessions:
                quietly(session.removeProgressHandler, self.heard)
        if self.tagged is not None:
            quietly(self.tagged[0].removeTag, self.tagged[1])

    def heard(self, stages=None, inflight_tasks=0, operation_id=None, done=False):
        # What a thread of an earlier cell goes on with stays that cell's.
        cell = self.owners.pop(operation_id, None) or self.cells.current
        if cell is None:
            return
        if not done:
            self.owners[operation_id] = cell
            while len(self.owners) > self.MOST_OPERATIONS:
                self.owners.pop(next(iter(self.owners)), None)
        if not hasattr(cell, "operations"):
            cell.operations = {}
        known = cell.operations.get(operation_id, ([], 0, False))
        rows = known[0] if stages is None else [
            (stage.stage_id, stage.num_tasks, stage.num_completed_tasks, stage.num_bytes_read, stage.done)
            for stage in stages
        ] or known[0]
        if done and sys.exc_info()[0] is None:
            # The server says no last word: of a query that ended well, what had begun is done.
            rows = [(number, total, total if complete else 0, read, True) for number, total, complete, read, _ in rows]
        cell.operations[operation_id] = (rows, 0 if done else int(inflight_tasks or 0), done)

    def report(self, cell):
        session = self.session()
        if session is not None:
            self.follow(session)
            self.pace(session)
        operations = list(getattr(cell, "operations", {}).values())
        if not operations:
            return None
        stages, read = [], 0
        for rows, inflight, ended in operations:
            for number, total, complete, nbytes, over in rows:
                # What an earlier query has computed is there: such stages are skipped, and of theirs no task ever runs.
                if complete == 0 and (over or ended):
                    continue
                running = 0 if over else min(inflight, total - complete)
                inflight -= running
                stages.append((f"stage {number}", complete, running, 0, total))
                read += nbytes
        return progress_of("spark-connect", len(operations), stages, bytesRead=read)

    def cancel(self, cell):
        session = self.session()
        if session is None:
            return
        if getattr(cell, "connect", False):
            session.interruptTag(cell.tag)
        # Those of the cell that made the session, and of its threads, have no tag.
        for operation, (_, _, ended) in list(getattr(cell, "operations", {}).items()):
            if not ended:
                quietly(session.interruptOperation, operation)
