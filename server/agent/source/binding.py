import importlib.util
import os
import sys

from .dask_settings import NOTHING, get, leaves, put
from .quietly import quietly
from .reach import reach
from .stays import what_stays


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
            trouble = reach(wanted["address"])
            if trouble is not None:
                return {"unreachable": trouble}
        given = {} if wanted is None else wanted.get("environment", {})
        environment = {str(name): str(value) for name, value in given.items()}
        stays = quietly(what_stays, environment)
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
        paths = [path for path, _ in leaves(dask.collect_env(bound))]
        # Imported since: what it would have read without us.
        fresh = dask.merge(*dask.defaults, dask.collect()) if any(path not in self.dask_before for path in paths) else {}
        for path in paths:
            if path not in self.dask_before:
                self.dask_before[path] = get(fresh, path)
        for path, value in self.dask_before.items():
            put(dask.config, path, value)

    def _tell_dask(self, environment):
        """Dask reads the environment when it is imported; one that was imported before is told."""
        dask = sys.modules.get("dask.config")
        if dask is None or not any(name.startswith("DASK_") for name in environment):
            return
        for path, value in leaves(dask.collect_env(environment)):
            self.dask_before[path] = put(dask.config, path, value)

    @staticmethod
    def _find(module, packages):
        """Whether the engine's module is here; its own environment comes last in the search for modules."""
        if module is None or module in sys.modules or quietly(importlib.util.find_spec, module) is not None:
            return True
        if not packages or not os.path.isdir(packages):
            return False
        if packages not in sys.path:
            sys.path.append(packages)
        importlib.invalidate_caches()
        return quietly(importlib.util.find_spec, module) is not None
