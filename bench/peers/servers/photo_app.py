"""A model behind FastAPI: the photo is classified in its thread pool, as its documentation has it for what blocks."""

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool

from photo_model import PhotoModel


def create_app(model: PhotoModel) -> FastAPI:
    app = FastAPI()

    @app.post("/classify")
    async def classify(request: Request) -> dict:
        photo = await request.body()
        return await run_in_threadpool(model.classify, photo)

    return app
