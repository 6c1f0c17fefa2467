"""Flask on gunicorn: `gunicorn --workers N flask_server:app`."""

from flask import Flask, request

from photo_model import PhotoModel

app = Flask(__name__)
model = PhotoModel()


@app.post("/classify")
def classify() -> dict:
    return model.classify(request.get_data())
