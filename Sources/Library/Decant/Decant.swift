// `import Decant` brings everything that a program outside this package can use.

@_exported public import Captioning
@_exported public import Checkpoints
@_exported public import Comparison
@_exported public import Conversion
@_exported public import Diagnosis
@_exported public import Engine
@_exported public import Files
@_exported public import GraphProof
@_exported public import Images
@_exported public import Inspection
@_exported public import Messages
@_exported public import MetaGraph
@_exported public import ModelMapping
@_exported public import Patterns
@_exported public import Recovery
@_exported public import TensorFiles
@_exported public import Tensors
@_exported public import Verification
@_exported public import Vocabulary
@_exported public import WeightFiles
@_exported public import WordTraces
