"""BentoML: `bentoml serve bentoml_service:PhotoTwin`; the number of workers is PEER_WORKERS. A task of ASGI beside its own
endpoints takes the photo as it is, which its typed endpoints cannot."""

import os

import bentoml
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from photo_model import PhotoModel

model = PhotoModel()


async def classify(request: Request) -> JSONResponse:
    photo = await request.body()
    return JSONResponse(await run_in_threadpool(model.classify, photo))


app = Starlette(routes=[Route("/classify", classify, methods=["POST"])])


@bentoml.service(workers=int(os.environ.get("PEER_WORKERS", "1")))
@bentoml.asgi_app(app)
class PhotoTwin:
    pass
