"""What a statement's closure gives: None to go on, or how control leaves the statements around it.

A token is tested where control may leave, and nowhere else. CONTINUE is falsy: for a loop it is the
same as going on. A ``return`` is a tuple of the value.
"""

from __future__ import annotations

BREAK = True
CONTINUE = False
