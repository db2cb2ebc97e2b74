"""
What Farfield has inside a kernel: tells the kernel of its cluster, tags what engines are asked for with the cell that
asks, and reports how far they are. Standard library alone, Python 3.9 and later.

It is the module `_farfield_agent` and nothing else: it puts no name into the user's namespace, prints nothing, counts no
execution and imports no engine. Whatever goes wrong here is forgotten: running cells never depends on it.
"""

import binascii
import collections
import importlib.util
import json
import os
import socket
import sys
import threading
import time

# Given by whoever brings this source: two sources are the same exactly when these are.
version = None

COMM = "farfield.agent"
REACH_SECONDS = 2.0
# The variables that say where a new Spark session goes.
SPARK_PLACES = ("PYSPARK_SUBMIT_ARGS", "SPARK_REMOTE")
# "0" keeps Ray on this machine.
RAY_BEYOND = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
# At most one question per second and engine, and no more messages than that.
TICK_SECONDS = 1.0
SEND_SECONDS = 0.5
# Cells that are over sooner are not asked about until they are.
FIRST_SECONDS = 0.3
STILL_SECONDS = 2.0
USAGE_SECONDS = 1.9
# An interrupt that comes while Python waits for Java shows as the second: the answer that it waited for is empty.
INTERRUPTED = ("KeyboardInterrupt", "Py4JNetworkError")
MOST_STAGES = 24
MOST_NAME = 120


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
        said["reach"] = _reach_all(request["reach"])
    return said


def begin(earlier):
    """Takes the place of an agent of another version, if there is one."""
    if earlier is not None:
        _binding.follow(getattr(earlier, "_binding", None))
        _quietly(getattr(earlier, "end", None))
    _cells.begin()


def end():
    _cells.end()


def _quietly(action, *arguments):
    """Does it if it can be done. None where it cannot."""
    try:
        return action(*arguments)
    except Exception:  # noqa: BLE001
        return None


# --- the cluster of this kernel ---


class Binding:
    """The environment by which engines find their cluster, and what was there before."""

    def __init__(self):
        # What an earlier binding replaced, by name; None: nothing.
        self.before = {}
        # The same of Dask's settings, by path; of one that was imported later nothing is known.
        self.dask_before = {}

    def follow(self, earlier):
        self.before.update(getattr(earlier, "before", {}))
        self.dask_before.update(getattr(earlier, "dask_before", {}))

    def change(self, wanted):
        """`wanted`: None, or how to find a cluster. Nothing changes when its address cannot be reached from here."""
        if wanted is not None and wanted.get("address") is not None:
            trouble = _reach(wanted["address"])
            if trouble is not None:
                return {"unreachable": trouble}
        given = {} if wanted is None else wanted.get("environment", {})
        environment = {str(name): str(value) for name, value in given.items()}
        stays = _quietly(_what_stays, environment)
        if stays is not None:
            return {"open": stays}
        self._restore()
        if wanted is None:
            return {}
        for name, value in environment.items():
            self.before.setdefault(name, os.environ.get(name))
            os.environ[name] = value
        self._tell_dask(environment)
        return {"installed": self._find(wanted.get("module"), wanted.get("packages"))}

    def _restore(self):
        bound = {name: os.environ[name] for name in self.before if name in os.environ}
        for name, value in self.before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self.before.clear()
        self._restore_dask(bound)
        self.dask_before.clear()

    def _restore_dask(self, bound):
        dask = sys.modules.get("dask.config")
        if dask is None:
            return
        paths = [path for path, _ in _leaves(dask.collect_env(bound))]
        # Imported since: what it would have read without us.
        fresh = dask.merge(*dask.defaults, dask.collect()) if any(path not in self.dask_before for path in paths) else {}
        for path in paths:
            if path not in self.dask_before:
                self.dask_before[path] = _get(fresh, path)
        for path, value in self.dask_before.items():
            _put(dask.config, path, value)

    def _tell_dask(self, environment):
        """Dask reads the environment when it is imported; one that was imported before is told."""
        dask = sys.modules.get("dask.config")
        if dask is None or not any(name.startswith("DASK_") for name in environment):
            return
        for path, value in _leaves(dask.collect_env(environment)):
            self.dask_before[path] = _put(dask.config, path, value)

    @staticmethod
    def _find(module, packages):
        """Whether the engine's module is here; its own environment comes last in the search for modules."""
        if module is None or module in sys.modules or _quietly(importlib.util.find_spec, module) is not None:
            return True
        if not packages or not os.path.isdir(packages):
            return False
        if packages not in sys.path:
            sys.path.append(packages)
        importlib.invalidate_caches()
        return _quietly(importlib.util.find_spec, module) is not None


_NOTHING = object()


def _leaves(tree, path=()):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _spelt(name, tree):
    """Dask takes `a-b` and `a_b` for one name: that which is there."""
    return sys.modules["dask.config"].canonical_name(name, tree)


def _get(tree, path):
    for name in path:
        if not isinstance(tree, dict) or _spelt(name, tree) not in tree:
            return _NOTHING
        tree = tree[_spelt(name, tree)]
    return tree


def _put(tree, path, value):
    """Puts one of Dask's settings, or takes it out; answers the one before."""
    for name in path[:-1]:
        tree = tree.setdefault(_spelt(name, tree), {})
    last = _spelt(path[-1], tree)
    before = tree.get(last, _NOTHING)
    if value is _NOTHING:
        tree.pop(last, None)
    else:
        tree[last] = value
    return before


def _what_stays(environment):
    """What is open in this kernel and goes on where it is, whatever the environment says; None: nothing."""
    if _names_other(environment, SPARK_PLACES) and _spark_is_open():
        return "spark"
    if _names_other(environment, ("RAY_ADDRESS",)) and _ray_is_at() not in (None, environment["RAY_ADDRESS"]):
        return "ray"
    # Read when Ray is imported: without it, a driver listens on the network.
    constants = sys.modules.get("ray._private.ray_constants")
    if environment.get(RAY_BEYOND) == "0" and getattr(constants, "ENABLE_RAY_CLUSTER", False):
        return "rayImport"
    return None


def _names_other(environment, names):
    return any(os.environ.get(name) != environment[name] for name in names if name in environment)


def _ray_is_at():
    """Where Ray was initialised; None where it was not."""
    worker = getattr(sys.modules.get("ray._private.worker"), "global_worker", None)
    if worker is not None and worker.connected:
        return worker.node.gcs_address
    client = getattr(sys.modules.get("ray.util.client"), "ray", None)
    return "ray://" if client is not None and client.is_connected() else None


def _spark_is_open():
    classic = getattr(sys.modules.get("pyspark.sql.session"), "SparkSession", None)
    context = getattr(getattr(classic, "_instantiatedSession", None), "_sc", None)
    connect = getattr(sys.modules.get("pyspark.sql.connect.session"), "SparkSession", None)
    remote = getattr(connect, "_default_session", None)
    return getattr(context, "_jsc", None) is not None or (remote is not None and not remote.is_stopped)


def _reach(address):
    """Why nothing answers at this host and port, or None."""
    try:
        with socket.create_connection((address["host"], int(address["port"])), timeout=REACH_SECONDS):
            return None
    except socket.timeout:
        return f"no answer within {REACH_SECONDS:.0f} s"
    except OSError as error:
        return (error.strerror or str(error))[:200]


def _reach_all(addresses):
    """The same for several at once, by name."""
    found = {}

    def look(name, address):
        found[name] = _quietly(_reach, address) if address is not None else None

    threads = [threading.Thread(target=look, args=one, daemon=True) for one in addresses.items()]
    for thread in threads:
        thread.start()
    until = time.monotonic() + REACH_SECONDS + 0.5
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = f"no answer within {REACH_SECONDS:.0f} s"
    return {name: found.get(name, late) for name in addresses}


# --- cells ---


# What an engine says of a cell that is over, as long as it does not know all of it.
LATER = {}


class Cell:
    """One execution that the server asked for."""

    def __init__(self, cell_id, parent):
        self.id = cell_id
        self.parent = parent
        self.tag = "farfield-" + cell_id.replace(",", "-") + "-" + str(parent["header"]["msg_id"])[:8]
        self.began = time.time()
        self.interrupted = False
        self.over = False
        self.last = None


class Usage:
    """What this process takes, told while a cell runs: who asks it then makes its gateway take it for idle."""

    def __init__(self):
        self.before = None

    def read(self):
        """In the words of ipykernel's usage_reply; what cannot be read is left out."""
        now, spent, machine = time.monotonic(), time.process_time(), _quietly(self._machine_ticks)
        figures = {"cpu_count": os.cpu_count()}
        if self.before is not None and now > self.before[0]:
            then, earlier, ticks = self.before
            figures["kernel_cpu"] = 100 * (spent - earlier) / (now - then)
            if machine is not None and ticks is not None and machine[1] > ticks[1]:
                figures["host_cpu_percent"] = max(0.0, 100 * (machine[0] - ticks[0]) / (machine[1] - ticks[1]))
        self.before = (now, spent, machine)
        figures["kernel_memory"] = _quietly(self._memory)
        figures["host_virtual_memory"] = _quietly(self._machine_memory)
        return {name: value for name, value in figures.items() if value is not None}

    @staticmethod
    def _memory():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @staticmethod
    def _machine_memory():
        with open("/proc/meminfo") as file:
            lines = dict(line.split(":", 1) for line in file if ":" in line)
        return {"total": int(lines["MemTotal"].split()[0]) * 1024, "available": int(lines["MemAvailable"].split()[0]) * 1024}

    @staticmethod
    def _machine_ticks():
        with open("/proc/stat") as file:
            ticks = [int(one) for one in file.readline().split()[1:9]]
        # Idle, and waiting for disks.
        return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


class Cells:
    """Knows which cell runs, has engines tag their work with it, and reports while one works."""

    def __init__(self):
        self.shell = None
        self.kernel = None
        self.current = None
        self.depth = 0
        # Cells that are over and of which the last has not been said.
        self.over = collections.deque(maxlen=64)
        self.sent = 0.0
        self.usage = Usage()
        self.usage_sent = 0.0
        self.running = threading.Event()
        self.thread = None
        self.ended = False

    def begin(self):
        self.shell = sys.modules["IPython"].get_ipython()
        self.kernel = self.shell.kernel
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)

    def end(self):
        self.ended = True
        self.running.set()
        _dask_import.forget()
        _quietly(_engines[2].end)
        for name, hook in (("pre_run_cell", self.before), ("post_run_cell", self.after)):
            _quietly(self.shell.events.unregister, name, hook)

    # IPython prints what a hook raises, and passes a hook as many arguments as it takes.
    def before(self, info):
        try:
            if threading.current_thread() is not threading.main_thread():
                return
            self.depth += 1
            if self.depth == 1:
                self._enter()
        except Exception:  # noqa: BLE001
            pass

    def after(self, result):
        try:
            if threading.current_thread() is not threading.main_thread():
                return
            self.depth = max(0, self.depth - 1)
            if self.depth == 0:
                self._leave(result)
        except Exception:  # noqa: BLE001
            pass

    def _enter(self):
        self.current = None
        parent = self.kernel.get_parent("shell")
        cell_id = parent.get("metadata", {}).get("cellId")
        if not isinstance(cell_id, str):
            return
        cell = Cell(cell_id[:64], parent)
        for engine in _engines:
            if engine.loaded():
                _quietly(engine.enter, cell)
        self.current = cell
        if not _engines[0].loaded():
            _dask_import.wait()
        if self.thread is None:
            self.thread = threading.Thread(target=self._watch, name="farfield-agent", daemon=True)
            self.thread.start()
        self.running.set()

    def _leave(self, result):
        cell = self.current
        if cell is None:
            return
        error = getattr(result, "error_in_exec", None)
        cell.interrupted = type(error).__name__ in INTERRUPTED
        for engine in _engines:
            if engine.loaded():
                _quietly(engine.leave, cell)
        cell.over = True
        # Found in one of the two places at any time.
        if any(engine.loaded() for engine in _engines):
            self.over.append(cell)
        self.current = None
        if cell.interrupted:
            threading.Thread(target=self._cancel, args=(cell,), daemon=True).start()

    @staticmethod
    def _cancel(cell):
        for engine in _engines:
            if engine.loaded():
                _quietly(engine.cancel, cell)

    def _watch(self):
        while not self.ended:
            self.running.wait()
            cell = self.current
            if cell is None and not self.over:
                self.running.clear()
                # One that began, or was over, between the look and the word is seen.
                if self.current is not None or self.over:
                    self.running.set()
                continue
            began = time.monotonic()
            first = cell is not None and cell.last is None and time.time() - cell.began < FIRST_SECONDS
            if not first:
                if self.over:
                    _quietly(self._report, self.over.popleft())
                if cell is not None and not cell.over:
                    _quietly(self._report, cell)
                    _quietly(self._tell_usage, cell)
            self._pause(cell, FIRST_SECONDS if first else max(0.0, TICK_SECONDS - (time.monotonic() - began)))

    def _pause(self, cell, seconds):
        """Until the next look; the end of the cell is looked at sooner, once."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.ended:
            time.sleep(0.1)
            if cell is None and self.current is not None and not self.over:
                return
            if cell is not None and cell.over and time.monotonic() > until - seconds + FIRST_SECONDS:
                return

    def _report(self, cell):
        # What was cancelled counts as neither done nor failed in all engines: the last figures before it stay.
        if cell.interrupted:
            return
        reports = [_quietly(engine.report, cell) for engine in _engines if engine.loaded()]
        if LATER in reports:
            self.over.append(cell)
            reports.remove(LATER)
        found = [one for one in reports if one is not None and one["tasks"]["total"] > 0]
        if not found:
            return
        report = max(found, key=lambda one: one["tasks"]["total"])
        # What stands still is said again at times: a rate is no longer true when nothing gets done.
        if report == cell.last and (cell.over or time.monotonic() - self.sent < STILL_SECONDS):
            return
        cell.last = report
        time.sleep(max(0.0, self.sent + SEND_SECONDS - time.monotonic()))
        self.sent = time.monotonic()
        self._send(report, cell.parent)

    def _tell_usage(self, cell):
        now = time.monotonic()
        if now - self.usage_sent >= USAGE_SECONDS:
            self.usage_sent = now
            self._send({"usage": self.usage.read()}, cell.parent, counted=False)

    def _send(self, data, parent, counted=True):
        """`counted`: with the next number of the kernel's messages; else nobody misses it when it is lost."""
        kernel = self.kernel
        content = {"comm_id": COMM, "data": data}
        ident = b"comm-" + COMM.encode()

        def send():
            session, header = kernel.session, None
            if not counted:
                name = binascii.hexlify(os.urandom(16)).decode()
                make = sys.modules["jupyter_client.session"].msg_header
                header = make(name, "comm_msg", session.username, session.session)
            session.send(kernel.iopub_socket, "comm_msg", content, parent=parent, ident=ident, header=header)

        kernel.iopub_thread.schedule(send)


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
        return _quietly(self._find) if name == self.name else None

    def _find(self):
        self.forget()
        spec = importlib.util.find_spec(self.name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            _quietly(self.then)

        spec.loader.exec_module = exec_module
        return spec


def _figures(engine, jobs, stages, **more):
    """`stages`: rows of name, done, running, failed and total, the latest last."""
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


# --- engines ---


class Dask:
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

    def __init__(self):
        self.quiet = None
        self.made = {}
        exec(self.COUNT, {"__name__": "__main__"}, self.made)

    def loaded(self):
        return "distributed.client" in sys.modules

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
        return _figures("dask", 1, stages)

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


class Spark:
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

    def leave(self, cell):
        pass

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
        over = _cells.current is not cell
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
        return _figures("spark", len(jobs), rows, **sums)

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


class SparkConnect:
    """Spark with its driver far away: it reports by itself, to whoever runs the query."""

    MOST_OPERATIONS = 256

    def __init__(self):
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

    def leave(self, cell):
        pass

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
            threading.Thread(target=_quietly, args=(session.conf.set, name, value), daemon=True).start()

    def end(self):
        with self.lock:
            for session in self.sessions:
                _quietly(session.removeProgressHandler, self.heard)
        if self.tagged is not None:
            _quietly(self.tagged[0].removeTag, self.tagged[1])

    def heard(self, stages=None, inflight_tasks=0, operation_id=None, done=False):
        # What a thread of an earlier cell goes on with stays that cell's.
        cell = self.owners.pop(operation_id, None) or _cells.current
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
        return _figures("spark-connect", len(operations), stages, bytesRead=read)

    def cancel(self, cell):
        session = self.session()
        if session is None:
            return
        if getattr(cell, "connect", False):
            session.interruptTag(cell.tag)
        # Those of the cell that made the session, and of its threads, have no tag.
        for operation, (_, _, ended) in list(getattr(cell, "operations", {}).items()):
            if not ended:
                _quietly(session.interruptOperation, operation)


class Ray:
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
        return (int(told) if told.isdecimal() else 1000) / 1000 + 0.3

    def enter(self, cell):
        pass

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
        cell.looks += 1
        figures = _quietly(self.look, driver, cell, cell.left)
        tasks = figures and figures["tasks"]
        if cell.looks < self.MOST_LOOKS and (tasks is None or tasks["done"] + tasks["failed"] < tasks["total"]):
            return LATER
        return figures

    def look(self, driver, cell, until):
        began = time.monotonic()
        try:
            if self.many != driver:
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
        began, until, above, tasks = cell.began * 1000, until * 1000, {}, {}
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
        request = urllib.request.Request(address, headers=_quietly(self.headers) or {})

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
        return _figures("ray", 0, [(name, *stage) for name, stage in stages.items()], **more)

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
                _quietly(ray.cancel, ray.ObjectRef(bytes.fromhex(task) + (1).to_bytes(4, "little")))


_engines = [Dask(), Spark(), SparkConnect(), Ray()]


def _dask_is_here():
    cell = _cells.current
    if cell is not None and threading.current_thread() is threading.main_thread():
        _engines[0].enter(cell)


_dask_import = Import("distributed.client", _dask_is_here)
_binding = Binding()
_cells = Cells()
