"""Every test checks the IR between the stages of the compiler."""

import os

os.environ.setdefault("SENTRA_VERIFY", "1")
