import collections
import json
import os
import sys
import time

from .engine import LATER, Engine, progress_of
from .quietly import quietly


class Ray(Engine):
    """Ray keeps a row for each task, with the task that began it: what the driver began while a cell ran leads to its tasks."""

    Task = collections.namedtuple("Task", "created name state attempt")
    # As many rows as its State API gives. They may be 24 MB, and take some seconds.
    MOST_ROWS = 10_000
    MOST_BYTES = 64 * 1024 * 1024
    ASK_SECONDS = 20
    OVER = ("FINISHED", "FAILED")
    BUSY = tuple(("state", "!=", state) for state in OVER)
    FAILED = ("state", "=", "FAILED")
    # Of a job with more tasks than rows, so many of a cell are kept count of.
    MOST_KNOWN = 50_000
    # Of the time between two questions, at most so much goes into their answers.
    SHARE = 0.25
    # Of a cell that is over: what it has not waited for may run on for long.
    MOST_LOOKS = 2
    # All rows are too many to be asked for often: a cell of which nothing is known at its end waits so long for its turn.
    WAIT_SECONDS = 20
    # Tasks that have begun others and are not in an answer, asked for one by one.
    MOST_LOOKUPS = 16
    # How the number of a driver's own task begins; that of its job follows.
    DRIVER = "f" * 40

    def __init__(self):
        self.not_before = 0.0
        # The driver that has begun more tasks than an answer has rows.
        self.many = None
        # What tasks began others that were not in an answer, and when.
        self.asked = {}

    def loaded(self):
        return "ray._private.worker" in sys.modules

    @staticmethod
    def driver():
        """Where this driver's cluster tells of its tasks, and its job; None where it is no driver, or a client from afar."""
        worker = sys.modules["ray._private.worker"].global_worker
        page = getattr(worker.node, "webui_url", None) if worker.connected else None
        return None if not page else (page, worker.current_job_id.hex())

    @staticmethod
    def late():
        """Seconds after which what drivers and workers did is known: they tell of it once in so many milliseconds."""
        told = os.environ.get("RAY_task_events_report_interval_ms", "")
        return (int(told) if told.isdecimal() else 1000) / 1000 + 0.6

    def leave(self, cell):
        cell.left = time.time()
        cell.looks = 0

    def report(self, cell):
        driver = self.driver()
        if driver is None:
            return None
        if not hasattr(cell, "left"):
            if time.monotonic() < self.not_before:
                return cell.last if cell.last is not None and cell.last["engine"] == "ray" else None
            return self.look(driver, cell, time.time())
        if time.time() < cell.left + (1 + cell.looks) * self.late():
            return LATER
        waits = self.unseen(driver, cell) and time.monotonic() < self.not_before
        if waits and time.time() < cell.left + self.WAIT_SECONDS:
            return LATER
        cell.looks += 1
        figures = quietly(self.look, driver, cell, cell.left)
        tasks = figures and figures["tasks"]
        if cell.looks < self.MOST_LOOKS and (tasks is None or tasks["done"] + tasks["failed"] < tasks["total"]):
            return LATER
        return figures

    def unseen(self, driver, cell):
        """Whether a cell is over without any of its tasks having been seen, where only the unfinished ones are asked for."""
        return self.many == driver and cell.over and not getattr(cell, "tasks", None)

    def look(self, driver, cell, until):
        began = time.monotonic()
        try:
            if self.many != driver or (self.unseen(driver, cell) and began >= self.not_before):
                rows, whole = self.ask(driver)
                if whole:
                    cell.tasks = self.tasks(driver, cell, until, rows)
                    return self.count(cell.tasks)
                self.many = driver
                self.take(cell, self.tasks(driver, cell, until, rows))
            # Those that are not over, or failed, are asked for by themselves: there are fewer of them.
            rows, whole = self.ask(driver, *self.BUSY)
            rows += self.ask(driver, self.FAILED)[0]
            found = self.tasks(driver, cell, until, rows)
            known = self.take(cell, found)
            for task, row in known.items() if whole else ():
                if row.state not in self.OVER and found.get(task) is not row:
                    known[task] = row._replace(state="FINISHED")
            return self.count(known, atLeast=True)
        finally:
            self.not_before = time.monotonic() + (time.monotonic() - began) * (1 / self.SHARE - 1)

    def take(self, cell, found):
        known = cell.__dict__.setdefault("tasks", {})
        for task, row in found.items():
            if known[task].attempt <= row.attempt if task in known else len(known) < self.MOST_KNOWN:
                known[task] = row
        return known

    def tasks(self, driver, cell, until, rows):
        """Those of a cell, by number: the cell began them, or what it began did."""
        # Ray tells whole milliseconds, and cuts what is left: a task may be begun in the one that its cell began in.
        began, until, above, tasks = int(cell.began * 1000), until * 1000, {}, {}
        for row in rows:
            task, created = row["task_id"], row.get("creation_time_ms")
            if created is None or row["type"] == "DRIVER_TASK":
                continue
            # One that is tried again has a row for each time: the first says when it began, the last how it is.
            above[task] = (min(created, above.get(task, (created,))[0]), row["parent_task_id"])
            if task not in tasks or tasks[task].attempt <= row["attempt_number"]:
                name = row["name"] or row["func_or_class_name"]
                tasks[task] = self.Task(above[task][0], name, row["state"], row["attempt_number"])
        above.update((task, origin) for task, origin in self.asked.items() if task not in above)
        lookups = [self.MOST_LOOKUPS]
        return {
            task: row
            for task, row in tasks.items()
            if began <= row.created <= until and began <= self.first_of(task, above, driver, lookups)
        }

    def first_of(self, task, above, driver, lookups):
        """
        When the driver began what led to this task, in ms since 1970; 0 where nobody knows. Tasks of an actor that computes in
        several threads are led to by the actor's creation.
        """
        passed = {}
        while task not in passed:
            at, parent = above[task]
            passed[task] = True
            if parent is None or parent.startswith(self.DRIVER):
                # The next one that was led to by any of these is done sooner.
                above.update(dict.fromkeys(passed, (at, None)))
                return at
            if parent not in above:
                if lookups[0] == 0:
                    return 0
                lookups[0] -= 1
                above[parent] = self.find(parent, driver) or (0, None)
            task = parent
        return 0

    def find(self, task, driver):
        """When a task began, and what began it; None where Ray does not know it, or not yet."""
        rows, _ = self.ask(driver, ("task_id", "=", task))
        times = [row["creation_time_ms"] for row in rows if row.get("creation_time_ms") is not None]
        if not times:
            return None
        if len(self.asked) > self.MOST_ROWS:
            self.asked.clear()
        self.asked[task] = (min(times), rows[0]["parent_task_id"])
        return self.asked[task]

    def ask(self, driver, *filters):
        """Rows of this driver's tasks, and whether these are all."""
        import urllib.parse
        import urllib.request

        page, job = driver
        asked = [("detail", 1), ("limit", self.MOST_ROWS)]
        for filter in (("job_id", "=", job), *filters):
            asked += zip(("filter_keys", "filter_predicates", "filter_values"), filter)
        address = f"http://{page}/api/v0/tasks?{urllib.parse.urlencode(asked)}"
        request = urllib.request.Request(address, headers=quietly(self.headers) or {})

        class Stay(urllib.request.HTTPRedirectHandler):
            """What lets in goes nowhere else."""

            def redirect_request(self, *_):
                return None

        # The cluster is asked, and no proxy on the way.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
        with opener.open(request, timeout=self.ASK_SECONDS) as reply:
            answer = json.loads(reply.read(self.MOST_BYTES))["data"]["result"]
        rows = answer["result"]
        return rows, answer["total"] <= answer["num_after_truncation"] and answer["num_filtered"] <= len(rows)

    @staticmethod
    def headers():
        """As Ray's own clients have them, wherever its token lies."""
        from ray._private.authentication import http_token_authentication

        return http_token_authentication.get_auth_headers_if_auth_enabled({})

    @staticmethod
    def count(tasks, **more):
        stages = {}
        for row in sorted(tasks.values(), key=lambda one: one.created):
            stage = stages.setdefault(row.name, [0, 0, 0, 0])
            stage[0] += row.state == "FINISHED"
            stage[1] += row.state.startswith("RUNNING")
            stage[2] += row.state == "FAILED"
            stage[3] += 1
        return progress_of("ray", 0, [(name, *stage) for name, stage in stages.items()], **more)

    def cancel(self, cell):
        """What is known at once, then what was begun last. A task of which nobody wants the result any more runs to its end."""
        driver = self.driver()
        if driver is None:
            return
        self.cancel_known(driver, cell)
        time.sleep(self.late())
        self.cancel_known(driver, cell)

    def cancel_known(self, driver, cell):
        ray = sys.modules["ray"]
        rows = self.ask(driver, *self.BUSY)[0] + self.ask(driver, self.FAILED)[0]
        for task, row in self.tasks(driver, cell, cell.left, rows).items():
            if row.state != "FAILED":
                # The first thing that a task returns: its number is that of the task and one more.
                quietly(ray.cancel, ray.ObjectRef(bytes.fromhex(task) + (1).to_bytes(4, "little")))
