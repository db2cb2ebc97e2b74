"""
`ray start`, on loopback alone. Ray takes 127.0.0.1 for a name of the machine's address on the network, and listens on all
networks when it has that; told that this is its address, it stays on it.
"""

import sys

from ray._private import ray_constants, services
from ray.scripts import scripts

services.get_node_ip_address = lambda address=None: "127.0.0.1"
# The environment says that there is one node, which is what makes drivers look on loopback; several are started all the same.
ray_constants.ENABLE_RAY_CLUSTER = True
# The server for clients on other machines has a fixed port by default; kernels of this machine join as drivers.
scripts.get_ray_client_dependency_error = lambda: "not offered"

sys.argv[0] = "ray"
sys.exit(scripts.cli())
