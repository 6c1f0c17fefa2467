"""FastAPI on uvicorn: `uvicorn fastapi_server:app --workers N`. The work is done in its thread pool, as its documentation has it
for what blocks."""

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool

from photo_model import PhotoModel

app = FastAPI()
model = PhotoModel()


@app.post("/classify")
async def classify(request: Request) -> dict:
    photo = await request.body()
    return await run_in_threadpool(model.classify, photo)
