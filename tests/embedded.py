"""Engines of every mode, with limits and without."""

from __future__ import annotations

import io

import pytest

from sentra import Engine, Limits

MODES = ["interp", "closure", "tree", "auto"]


@pytest.fixture(params=[(mode, limits) for mode in MODES for limits in ("default", "none")],
                ids="-".join)
def engine(request):
    mode, limits = request.param
    return Engine(mode=mode, limits=getattr(Limits, limits)(), stdout=io.StringIO())
