"""Settings of a Dask that was imported before the kernel was bound: it reads the environment no more."""

import sys

NOTHING = object()


def leaves(tree, path=()):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _spelt(name, tree):
    """Dask takes `a-b` and `a_b` for one name: that which is there."""
    return sys.modules["dask.config"].canonical_name(name, tree)


def get(tree, path):
    for name in path:
        if not isinstance(tree, dict) or _spelt(name, tree) not in tree:
            return NOTHING
        tree = tree[_spelt(name, tree)]
    return tree


def put(tree, path, value):
    """Puts one of Dask's settings, or takes it out; answers the one before."""
    for name in path[:-1]:
        tree = tree.setdefault(_spelt(name, tree), {})
    last = _spelt(path[-1], tree)
    before = tree.get(last, NOTHING)
    if value is NOTHING:
        tree.pop(last, None)
    else:
        tree[last] = value
    return before
