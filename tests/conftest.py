"""Every test checks the IR between the stages of the compiler."""

import gc
import os

os.environ.setdefault("SENTRA_VERIFY", "1")


def pytest_collection_finish(session):
    # The collected tests are some million objects, which no collection of garbage needs to look at.
    gc.collect()
    gc.freeze()
