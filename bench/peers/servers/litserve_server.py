"""LitServe: `python litserve_server.py`, with PEER_PORT and PEER_WORKERS. The body's type lets the photo through as it is, where
its own would have JSON or a form."""

import os
from typing import Annotated

import litserve
from fastapi import Body

from photo_model import PhotoModel


class PhotoApi(litserve.LitAPI):
    def setup(self, device) -> None:
        self.model = PhotoModel()

    def decode_request(self, request: Annotated[bytes, Body()]):
        return self.model.decode(request)

    def predict(self, pixels):
        return self.model.predict(pixels)[0]

    def encode_response(self, output):
        return self.model.to_answer(output)


if __name__ == "__main__":
    api = PhotoApi(api_path="/classify")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=int(os.environ["PEER_WORKERS"]))
    server.run(host="127.0.0.1", port=int(os.environ["PEER_PORT"]), log_level="warning", generate_client_file=False)
