"""Ray Serve: `python ray_server.py`, with PEER_PORT and PEER_WORKERS. A deployment with FastAPI as its ingress, one replica a
worker."""

import os
import signal
import threading

import ray
from fastapi import FastAPI, Request
from ray import serve

from photo_model import PhotoModel

app = FastAPI()


@serve.deployment(num_replicas=int(os.environ["PEER_WORKERS"]), max_ongoing_requests=100, ray_actor_options={"num_cpus": 1})
@serve.ingress(app)
class PhotoTwin:
    def __init__(self) -> None:
        self.model = PhotoModel()

    @app.post("/classify")
    async def classify(self, request: Request) -> dict:
        return self.model.classify(await request.body())


if __name__ == "__main__":
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, object_store_memory=100 * 1024 * 1024)
    serve.start(http_options={"host": "127.0.0.1", "port": int(os.environ["PEER_PORT"])})
    serve.run(PhotoTwin.bind())
    stopped.wait()
    serve.shutdown()
    ray.shutdown()
