"""A PostgreSQL server of its own for tests, in a temporary folder, on this machine alone."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest


def _program(name):
    """Find a program of the server: on the path, or where Debian keeps it."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(beside[-1]) if beside else None)


needs_postgres = pytest.mark.skipif(
    not (_program("initdb") and _program("postgres")),
    reason="PostgreSQL is not installed: apt-get install postgresql",
)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A cluster that can be stopped, killed and started again."""

    def __init__(self, folder):
        self.folder, self.port = Path(folder) / "cluster", free_port()
        self.url = f"postgresql://tester:s3cret@127.0.0.1:{self.port}/postgres"
        self._process = None

    def create(self):
        password = self.folder.parent / "password"
        password.write_text("s3cret")
        self._own(self.folder.parent)
        self._run("initdb", "-D", self.folder, "-U", "tester", "-A", "scram-sha-256",
                  f"--pwfile={password}", "--no-sync", "-E", "UTF8", "--locale=C")  # fmt: skip

    def start(self):
        settings = ("listen_addresses=127.0.0.1", "shared_buffers=16MB", "max_connections=30")
        chosen = [word for setting in settings for word in ("-c", setting)]
        command = self._as_user(
            "postgres", "-D", self.folder, "-p", str(self.port), "-k", "", *chosen
        )
        self._process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        for line in self._process.stderr:
            if "ready to accept connections" in line:
                return
        raise RuntimeError("PostgreSQL did not start")

    def stop(self, how="fast"):
        """End it: ``fast`` is orderly, ``immediate`` is as if the machine lost its power.

        By a signal, as the way to its folder may have been closed: by another run of the tests.
        """
        if self._process is None:
            return
        self._process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[how])
        self._process.wait()
        self._process.stderr.close()
        self._process = None

    def _run(self, *words):
        subprocess.run(self._as_user(*words), check=True, capture_output=True)

    def _as_user(self, name, *words):
        """Run a program as somebody who is not root, which it would refuse."""
        command = [_program(name), *map(str, words)]
        if os.geteuid() != 0:
            return command
        user, group = map(str, _user())
        return ["setpriv", "--reuid", user, "--regid", group, "--clear-groups", *command]

    def _own(self, folder):
        """Hand a folder over, and let its new owner get there."""
        if os.geteuid() == 0:
            for path in (folder, *folder.iterdir()):
                os.chown(path, *_user())
            base = Path(tempfile.gettempdir())
            for parent in folder.parents:
                if base in parent.parents:
                    parent.chmod(parent.stat().st_mode | 0o011)


def _user():
    """Give the number of somebody who is not root, and of his group."""
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    return 65534, 65534


@contextmanager
def serving(folder):
    """Run a server for as long as it is needed."""
    server = Server(folder)
    server.create()
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
