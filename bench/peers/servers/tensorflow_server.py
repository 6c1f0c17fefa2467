"""TensorFlow behind FastAPI: `uvicorn tensorflow_server:app --workers N`. The Keras network that the model's layers model
describes, with its weights, traced by `tf.function` as TensorFlow's guide has it for what is called often."""

import json
import os

import numpy as np
import tensorflow as tf
import tf_keras

from photo_app import create_app
from photo_model import PhotoModel

# One thread a worker, as with ONNX Runtime.
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


def read_weights(folder: str, manifest: list) -> dict:
    values = {}
    for group in manifest:
        data = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
        offset = 0
        for spec in group["weights"]:
            count = int(np.prod(spec["shape"], dtype=np.int64))
            flat = np.frombuffer(data, np.float32, count, offset)
            values[spec["name"]] = flat.reshape(spec["shape"])
            offset += count * 4
    return values


def load_network(folder: str) -> tf_keras.Model:
    with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
        description = json.load(file)
    topology = description["modelTopology"]
    config = topology.get("model_config", topology)
    network = tf_keras.models.model_from_json(json.dumps(config))
    values = read_weights(folder, description["weightsManifest"])
    for weight in network.weights:
        weight.assign(values[weight.name.removesuffix(":0")])
    return network


class TensorflowModel(PhotoModel):
    def load(self) -> None:
        network = load_network(os.environ["PEER_LAYERS_MODEL"])
        shape = [None, self.size[1], self.size[0], 3]
        signature = [tf.TensorSpec(shape, tf.float32)]
        self.function = tf.function(lambda pixels: network(pixels, training=False), signature)
        self.predict(np.zeros([1, *shape[1:]], np.float32))

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        return self.function(tf.constant(pixels)).numpy()


app = create_app(TensorflowModel())
