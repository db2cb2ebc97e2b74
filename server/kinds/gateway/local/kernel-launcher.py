"""Starts an ipykernel whose output socket holds far more messages than ZeroMQ's default of 1,000.

A publisher drops what its queue cannot take, without a word: a loop that flushes each line lost a sixth of them whenever
the gateway was busy for a moment. The queue is counted in messages, and its memory is used only while it is behind.
"""

import sys

# A script's own folder comes first on the path; nothing in it is for notebooks.
del sys.path[0]

from ipykernel.kernelapp import IPKernelApp  # noqa: E402


class FarfieldKernelApp(IPKernelApp):
    def init_iopub(self, context):
        context.sndhwm = 500_000  # pyzmq: the default of all sockets made from this context from now on
        super().init_iopub(context)


if __name__ == "__main__":
    FarfieldKernelApp.launch_instance()
