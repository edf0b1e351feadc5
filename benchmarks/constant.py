"""A service of the same framework that reads the same body and answers a constant."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response

from virality.interfaces.service.bodies import ScoreRequest  # noqa: TC001  FastAPI reads it


def application(answer: bytes) -> FastAPI:
    """Make the service; it answers with these bytes."""
    app = FastAPI()

    @app.post("/v1/score")
    async def score(asked: ScoreRequest, request: Request) -> Response:  # noqa: ARG001  read alone
        return Response(answer, media_type="application/json")

    return app


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        application(Path(sys.argv[1]).read_bytes()),
        log_config=None,
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])
