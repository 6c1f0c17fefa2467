"""FastAPI on uvicorn: `uvicorn fastapi_server:app --workers N`."""

from photo_app import create_app
from photo_model import PhotoModel

app = create_app(PhotoModel())
