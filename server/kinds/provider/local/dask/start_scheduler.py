"""Starts a Dask scheduler of ours in the current folder: with a certificate made for it, and its pages behind a token."""

import os
import sys
from pathlib import Path

# Python was started with -I, which leaves the folder of this file out.
sys.path.append(str(Path(__file__).parent))

import dask
import distributed  # noqa: F401 its defaults come first
from distributed.cli.dask_scheduler import main
from distributed.security import Security


def write_privately(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


# One certificate for all of a cluster, signed by itself: whoever has the file is let in.
security = Security.temporary()
write_privately("certificate.pem", security.tls_scheduler_cert)
write_privately("key.pem", security.tls_scheduler_key)

dask.config.set({"distributed.scheduler.http.routes": ["scheduler_pages"]})

main()
