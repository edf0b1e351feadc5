"""A Dask scheduler and its workers, as processes of their own."""

import os
import subprocess
import sys
from contextlib import contextmanager


@contextmanager
def running(folder):
    """Run a scheduler and two workers: give its address, the scheduler, and the workers."""
    loopback = ("--host", "127.0.0.1", "--no-dashboard")
    worker = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    with _started("dask_scheduler", *loopback, "--port", "0", until="Scheduler at:") as one:
        address = one[1].split()[-1]
        with (
            _started("dask_worker", address, *worker, until="Registered to:") as two,
            _started("dask_worker", address, *worker, until="Registered to:") as three,
        ):
            yield address, one[0], (two[0], three[0])


@contextmanager
def _started(*words, until):
    """Run a Dask command as a process; give it and the line that says it is ready."""
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        line = next((line for line in process.stderr if until in line), "")
        assert line, f"{words[0]} did not start"
        yield process, line
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
