import os
import time

from .quietly import quietly


class Usage:
    """What this process takes, told while a cell runs: who asks it then makes its gateway take it for idle."""

    def __init__(self):
        self.before = None

    def read(self):
        """In the words of ipykernel's usage_reply; what cannot be read is left out."""
        now, spent, machine = time.monotonic(), time.process_time(), quietly(self._machine_ticks)
        figures = {"cpu_count": os.cpu_count()}
        if self.before is not None and now > self.before[0]:
            then, earlier, ticks = self.before
            figures["kernel_cpu"] = 100 * (spent - earlier) / (now - then)
            if machine is not None and ticks is not None and machine[1] > ticks[1]:
                figures["host_cpu_percent"] = max(0.0, 100 * (machine[0] - ticks[0]) / (machine[1] - ticks[1]))
        self.before = (now, spent, machine)
        figures["kernel_memory"] = quietly(self._memory)
        figures["host_virtual_memory"] = quietly(self._machine_memory)
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
