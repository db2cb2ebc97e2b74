"""The pages of a Dask scheduler of ours: those that Dask has, each behind a token, and its identity as sound JSON."""

import hmac
from pathlib import Path

import distributed
from distributed.http import health
from distributed.http.scheduler import api, info
from distributed.http.scheduler import json as figures
from distributed.http.utils import RequestHandler
from tornado import web

expected = f"Bearer {Path('token').read_text().strip()}".encode()


class Identity(RequestHandler):
    def get(self):
        identity = self.server.identity()
        identity["version"] = distributed.__version__
        for worker in identity["workers"].values():
            # The names of these measures are tuples, which JSON has not.
            worker["metrics"] = {
                name: value for name, value in worker["metrics"].items() if name != "digests_total_since_heartbeat"
            }
        self.write(identity)


def guarded(handler):
    class Guarded(handler):
        def prepare(self):
            given = self.request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), expected):
                raise web.HTTPError(401)
            return super().prepare()

    return Guarded


pages = [("json/identity.json", Identity, {})]
for module in (figures, api, info, health):
    # The stream of events begins to listen before anybody is asked for a token.
    pages.extend(page for page in module.routes if page[0] != "eventstream")

routes = [(path, guarded(handler), options) for path, handler, options in pages]
