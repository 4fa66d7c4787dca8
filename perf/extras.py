"""Packages that only the laboratory needs."""

from __future__ import annotations

import importlib
from typing import Any


def need(module: str) -> Any:
    """A package of the extra ``perf``, or the end with a word on how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise SystemExit(f"perf: this needs the package {module.partition('.')[0]}:"
                         " pip install sentra-lang[perf]") from None
