"""Which cell runs, and how far it is."""

import binascii
import collections
import os
import sys
import threading
import time

from .engine import LATER
from .quietly import quietly
from .usage import Usage

COMM = "farfield.agent"
# At most one question per second and engine, and no more messages than that.
TICK_SECONDS = 1.0
SEND_SECONDS = 0.5
# Cells that are over sooner are not asked about until they are.
FIRST_SECONDS = 0.3
STILL_SECONDS = 2.0
USAGE_SECONDS = 1.9
# An interrupt that comes while Python waits for Java shows as the second: the answer that it waited for is empty.
INTERRUPTED = ("KeyboardInterrupt", "Py4JNetworkError")


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


class Cells:
    """Knows which cell runs, has engines tag their work with it, and reports while one works."""

    def __init__(self):
        self.engines = []
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
        for engine in self.engines:
            quietly(engine.end)
        for name, hook in (("pre_run_cell", self.before), ("post_run_cell", self.after)):
            quietly(self.shell.events.unregister, name, hook)

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
        for engine in self.engines:
            if engine.loaded():
                quietly(engine.enter, cell)
        self.current = cell
        for engine in self.engines:
            if not engine.loaded():
                engine.wait()
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
        for engine in self.engines:
            if engine.loaded():
                quietly(engine.leave, cell)
        cell.over = True
        # Found in one of the two places at any time.
        if any(engine.loaded() for engine in self.engines):
            self.over.append(cell)
        self.current = None
        if cell.interrupted:
            threading.Thread(target=self._cancel, args=(cell,), daemon=True).start()

    def _cancel(self, cell):
        for engine in self.engines:
            if engine.loaded():
                quietly(engine.cancel, cell)

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
                    quietly(self._report, self.over.popleft())
                if cell is not None and not cell.over:
                    quietly(self._report, cell)
                    quietly(self._tell_usage, cell)
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
        reports = [quietly(engine.report, cell) for engine in self.engines if engine.loaded()]
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
