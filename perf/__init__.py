"""The performance laboratory: how fast each mode is, beside what else one could run.

``python3 -m perf`` lists what there is.
"""
