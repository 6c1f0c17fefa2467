"""What every peer in Python serves: a photo's bytes to a prediction, with the model's ONNX file that our own server runs.

Set up by PEER_MODEL (folder with model.onnx and card.json). Decoded and resized as Pillow's own documentation has it for
thumbnails: `draft` shrinks a JPEG while it is decoded, BILINEAR is the filter that the model was trained with.
"""

import io
import json
import os

import numpy as np
from PIL import Image, ImageOps

FOLDER = os.environ["PEER_MODEL"]


class PhotoModel:
    def __init__(self) -> None:
        with open(os.path.join(FOLDER, "card.json"), encoding="utf-8") as file:
            self.card = json.load(file)
        self.size = (self.card["input"]["width"], self.card["input"]["height"])
        self.load()

    def load(self) -> None:
        # Not where TensorFlow takes its place.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # One thread a worker, as ours: with more they only wait for each other.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.path.join(FOLDER, "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.input_name = self.session.get_inputs()[0].name

    def decode(self, photo: bytes) -> np.ndarray:
        """RGB values of one photo, [1, height, width, 3], as the model takes them."""
        image = Image.open(io.BytesIO(photo))
        image.draft("RGB", self.size)
        image = ImageOps.exif_transpose(image).convert("RGB")
        image = image.resize(self.size, Image.Resampling.BILINEAR)
        scale, offset = self.card["input"]["scale"], self.card["input"]["offset"]
        return np.asarray(image, dtype=np.float32)[None] * scale + offset

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        """Probabilities of a batch, [photos, labels]."""
        return self.session.run(None, {self.input_name: pixels.astype(np.float32, copy=False)})[0]

    def to_answer(self, probabilities: np.ndarray) -> dict:
        """The wire format of one photo's answer."""
        labels = self.card["labels"]
        best = int(probabilities.argmax())
        return {
            "label": labels[best],
            "probability": float(probabilities[best]),
            "probabilities": {label: float(value) for label, value in zip(labels, probabilities)},
            "model": {"name": self.card["name"], "sha256": self.card["sha256"]},
        }

    def classify(self, photo: bytes) -> dict:
        return self.to_answer(self.predict(self.decode(photo))[0])
