"""Embedding: how a Python program runs Sentra programs, calls them, and bounds what they do.

`sentra` itself gives these names; nothing here is imported by the command's start.
"""
