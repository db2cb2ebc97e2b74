"""Starts jupyter_server and writes down how its kernels live and end.

Only the parent of a process learns how it ended, and jupyter_server tells nobody. For each kernel the runtime folder gets
`life-<kernel id>.json`: the number of its process and, once one has ended, its exit status (negative: the signal).
Nothing else changes: signals, restarts and output go their usual ways.
"""

import json
import os
import sys
import time
from pathlib import Path

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_server.serverapp import main

folder = Path(os.environ["JUPYTER_RUNTIME_DIR"])
original_launch = LocalProvisioner.launch_kernel
original_poll = LocalProvisioner.poll
original_shutdown = LocalProvisioner.shutdown_requested


def write(provisioner):
    try:
        path = folder / f"life-{provisioner.kernel_id}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(provisioner.farfield_life))
        fresh.replace(path)
    except OSError:
        pass  # a full disk must not keep kernels from starting: their ends are unknown then


async def launch_kernel(self, cmd, **kwargs):
    result = await original_launch(self, cmd, **kwargs)
    before = getattr(self, "farfield_life", {})
    self.farfield_life = {"pid": self.pid, "asked": False, "exit": before.get("exit")}
    write(self)
    return result


async def poll(self):
    code = await original_poll(self)
    life = getattr(self, "farfield_life", None)
    if self.process is not None and code is not None and life is not None and life["pid"] is not None:
        life["exit"] = {"code": code, "asked": life["asked"], "at": int(time.time() * 1000)}
        life["pid"] = None
        write(self)
    return code


async def shutdown_requested(self, restart=False):
    life = getattr(self, "farfield_life", None)
    if life is not None:
        life["asked"] = True
    return await original_shutdown(self, restart=restart)


if __name__ == "__main__":
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.glob("life-*"):
        old.unlink(missing_ok=True)
    LocalProvisioner.launch_kernel = launch_kernel
    LocalProvisioner.poll = poll
    LocalProvisioner.shutdown_requested = shutdown_requested
    sys.argv[0] = "jupyter-server"
    main()
