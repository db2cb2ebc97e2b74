"""Engines that are open in this kernel, and go on where they are."""

import os
import sys

# The variables that say where a new Spark session goes.
SPARK_PLACES = ("PYSPARK_SUBMIT_ARGS", "SPARK_REMOTE")
# "0" keeps Ray on this machine.
RAY_BEYOND = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"


def what_stays(environment):
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
