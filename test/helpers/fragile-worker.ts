// In this order, as the worker begins to load what fragility may hide.
import './fragility'
import '../../inference/worker'
