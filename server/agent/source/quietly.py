"""What goes wrong here is nobody's business: running cells never depends on it."""


def quietly(action, *arguments):
    """Does it if it can be done. None where it cannot."""
    try:
        return action(*arguments)
    except Exception:  # noqa: BLE001
        return None
