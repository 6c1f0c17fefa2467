/** What `npm run model -- --help` prints. */
export const USAGE = `npm run model -- COMMAND: the models that can be served (MODEL=NAME npm start).

  add SOURCE     makes a folder of a model, verified and with its card
  list           lists the models
  show NAME      tells all of one

SOURCE of add is a TensorFlow.js layers or graph model (a folder with model.json, that file, or the https address of a
model.json beside which its weights lie) or an ONNX file (its path or https address). Grayscale models and ONNX files
with weights in files of their own are refused. A graph model runs on the engines tensorflow and wasm, an ONNX file on
onnx.

  --name NAME        what it is called; lower case letters, digits, dots, - and _ (as the source is called)
  --labels FILE      the names of its outputs in their order, one a line (label 0, label 1, …)
  --licence SPDX     under which licence the model is (NOASSERTION)
  --scale N|R,G,B    pixel = value * scale + offset, value 0 to 255; one number, or one each for red, green, blue
  --offset N|R,G,B   (0.00784313725490196 and -1, which makes -1 to 1)
  --bgr              the model takes blue, green, red
  --layout LAYOUT    nhwc or nchw, for an ONNX file (as its shape says)
  --size WxH         photos' size, where the model takes any
  --output OUTPUT    probabilities or logits: what it gives before or after softmax (probabilities)
  --onnx-output NAME which output of an ONNX file, where it has several
  --engine ENGINE    verifies it with auto, onnx, tensorflow or wasm (auto)
  --replace          takes the place of a model of that name

For all:
  --models FOLDER    where the models are (inference/models)
  --help
`
