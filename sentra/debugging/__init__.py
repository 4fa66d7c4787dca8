"""The debugger: breakpoints, stepping and variables, for hosts and for ``sentra debug``.

Executors tell a `Session` what they do (`runtime.hooks`); a `Debugger` says where to stop.
"""
