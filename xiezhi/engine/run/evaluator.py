"""The evaluator's process: ``python -m xiezhi.engine.run.evaluator SCRATCH SCRATCH_MB``.

It puts up its walls first and imports DuckDB behind them. Requests come on standard input, answers go to what was
standard output; whatever a library prints goes to standard error, so that it cannot be taken for an answer.
"""

import importlib
import os
import sys
from pathlib import Path

from xiezhi.engine.run import confine


def main() -> None:
    """Serve requests until standard input ends."""
    scratch, scratch_mb = Path(sys.argv[1]), int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confine.end_with_parent()
    confine.limit_process(scratch_mb)
    walled = confine.confine_files(scratch)
    serving = importlib.import_module("xiezhi.engine.run.serving")
    serving.serve(sys.stdin.buffer, answers, scratch=scratch, scratch_mb=scratch_mb, walled=walled)


if __name__ == "__main__":
    main()
