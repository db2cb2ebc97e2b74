import sys

from .engine import Engine, progress_of


class Spark(Engine):
    """Spark with its driver in this kernel: tags jobs, and reads what its status store knows of them."""

    OVER = ("COMPLETE", "FAILED", "SKIPPED")

    def __init__(self):
        self.tagged = None
        self.known = (None, None)
        # A tag that no job of its cell took: it is as good for the next one, and costs no word with the driver.
        self.unused = None
        self.stages = {}

    def loaded(self):
        return "py4j" in sys.modules and self.module() is not None

    @staticmethod
    def module():
        return sys.modules.get("pyspark.core.context") or sys.modules.get("pyspark.context")

    def context(self):
        context = getattr(self.module(), "SparkContext", None)
        return getattr(context, "_active_spark_context", None)

    def driver(self, context):
        """Each word with the driver costs a cell its time: where it is, is asked once."""
        if self.known[0] is not context:
            self.known = (context, context._jsc.sc())
        return self.known[1]

    def enter(self, cell):
        context = self.context()
        if context is None:
            return
        cell.tagged = True
        unused, self.unused = self.unused, None
        if unused is not None and self.tagged == (context, unused):
            cell.tag = unused
            return
        if self.tagged is not None and self.tagged[0] is context:
            self.driver(context).removeJobTag(self.tagged[1])
        self.driver(context).addJobTag(cell.tag)
        self.tagged = (context, cell.tag)

    def jobs(self, context, cell):
        if getattr(cell, "tagged", False):
            return list(self.driver(context).statusTracker().getJobIdsForTag(cell.tag))
        # The context began within this cell: what has no tag since is its.
        store = self.driver(context).statusStore()
        listed = store.jobsList(None)
        jobs = [listed.apply(place) for place in range(min(listed.size(), 50))]
        return [job.jobId() for job in jobs if job.jobTags().isEmpty()]

    def report(self, cell):
        context = self.context()
        if context is None:
            return None
        store = self.driver(context).statusStore()
        over = cell.over
        jobs = sorted(self.jobs(context, cell))
        if over and not jobs:
            self.unused = cell.tag
            return None
        # Jobs that are over are read once; a cell of very many is caught up with.
        known = cell.__dict__.setdefault("spark", {"over": set(), "stages": {}})
        for number in [job for job in jobs if job not in known["over"]][:50]:
            job = store.job(number)
            ids = job.stageIds()
            for stage in [ids.apply(place) for place in range(ids.size())]:
                known["stages"][stage] = self.stage(store, context, stage)
            if job.status().toString() != "RUNNING":
                known["over"].add(number)
        sums = {"bytesRead": 0, "shuffleRead": 0, "shuffleWrite": 0, "spilled": 0}
        rows = []
        for _, (row, figures) in sorted(known["stages"].items()):
            if row is None:
                continue
            rows.append(row)
            for name, value in figures.items():
                sums[name] += value
        return progress_of("spark", len(jobs), rows, **sums)

    def stage(self, store, context, number):
        key = (context.applicationId, number)
        known = self.stages.get(key)
        if known is not None:
            return known
        try:
            stage = store.lastStageAttempt(number)
        except Exception:  # noqa: BLE001
            return None, {}
        status = stage.status().toString()
        if status == "SKIPPED":
            row, figures = None, {}
        else:
            total = stage.numTasks()
            row = (
                stage.name().split(" at ")[0] + f" · {number}",
                min(total, stage.numCompleteTasks()),
                max(0, stage.numActiveTasks()),
                stage.numFailedTasks(),
                total,
            )
            figures = {
                "bytesRead": stage.inputBytes(),
                "shuffleRead": stage.shuffleReadBytes(),
                "shuffleWrite": stage.shuffleWriteBytes(),
                "spilled": stage.diskBytesSpilled(),
            }
        if status in self.OVER:
            if len(self.stages) > 2000:
                self.stages.clear()
            self.stages[key] = (row, figures)
        return row, figures

    def cancel(self, cell):
        context = self.context()
        if context is not None and getattr(cell, "tagged", False):
            self.driver(context).cancelJobsWithTag(cell.tag)
