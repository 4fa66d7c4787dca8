"""Every check runs in every mode; the name of a test begins with the line that it covers."""

import io

import pytest

from sentra import Engine, Limits


def pytest_collection_modifyitems(items):
    # A time limit may arrive in a finalizer, where Python ignores it; it is sent once more.
    for item in items:
        item.add_marker(pytest.mark.filterwarnings(
            "ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(params=["interp", "closure", "tree"])
def mode(request):
    return request.param


@pytest.fixture
def run(mode):
    """Runs a text and gives what it printed."""
    def go(text, limits=None, engine=None, **variables):
        out = io.StringIO()
        engine = engine or Engine(mode=mode, limits=limits or Limits.default(), stdout=out)
        engine.stdout = out
        engine.run(text, **variables)
        return out.getvalue()

    return go
