"""MLServer: `mlserver start FOLDER`. A custom handler takes the photo as it is, which the inference protocol would have in
JSON."""

from mlserver import MLModel
from mlserver.handlers import custom_handler
from fastapi import Request

from photo_model import PhotoModel


class PhotoTwin(MLModel):
    async def load(self) -> bool:
        self.model = PhotoModel()
        return True

    @custom_handler(rest_path="/classify")
    async def classify(self, request: Request) -> dict:
        return self.model.classify(await request.body())
