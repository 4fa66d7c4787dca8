"""The one build step that pyproject.toml cannot express: see `Build`."""

import compileall

from setuptools import setup
from setuptools.command.build_py import build_py


class Build(build_py):
    """Compiles the modules of an editable install.

    An ordinary install does that anyway. Without it the command would compile itself at every
    start where Python must not write .pyc files (PYTHONDONTWRITEBYTECODE, a read-only tree), which
    takes several times as long as to start.
    """

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            compileall.compile_dir("sentra", quiet=2)


setup(cmdclass={"build_py": Build})
