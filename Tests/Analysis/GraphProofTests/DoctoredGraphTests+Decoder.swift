import GraphProof

extension DoctoredGraphTests {
  static let decoderRows: [Row] = [
    Row(
      "a forget bias", .v0_12, "lstm/BasicLSTMCell_1/add_1/y",
      reports: found("lstm/BasicLSTMCell_1/add_1", "forget bias", "0.0", "1.0")
    ) { try $0.setAttribute("value", WireMessage.tensor(float: 0)) },
    Row(
      "a forget bias", .v1_15, "lstm/basic_lstm_cell/Const_2",
      reports: found("lstm/basic_lstm_cell/Add", "forget bias", "2.5", "1.0")
    ) { try $0.setAttribute("value", WireMessage.tensor(float: 2.5)) },
    Row(
      "the order of the gates", .v0_12,
      edits: [
        ("lstm/BasicLSTMCell_1/Sigmoid_1", { $0.setInput(0, "lstm/BasicLSTMCell_1/split:3") }),
        ("lstm/BasicLSTMCell_1/Sigmoid_2", { $0.setInput(0, "lstm/BasicLSTMCell_1/split") }),
      ], reports: found("lstm/BasicLSTMCell_1/split", "order of the gates", "o, j, f, i", "i, j, f, o")),
    Row(
      "a gate twice", .v1_15, "lstm/basic_lstm_cell/Sigmoid_5",
      reports: found(
        "lstm/basic_lstm_cell/split_1", "LSTM", "Split", "expects a sigmoid or a tangent of gate 3 here"),
      found("lstm/basic_lstm_cell/MatMul", "input", "no word goes through the cell", "the image first, then words"),
      found("logits/MatMul", "input", "Mul 'lstm/basic_lstm_cell/Mul_5'", "the cell's new hidden state")
    ) { $0.setInput(0, "lstm/basic_lstm_cell/split_1") },
    Row(
      "what goes into the cell", .v1_15, "lstm/basic_lstm_cell/concat_1",
      reports: found("lstm/basic_lstm_cell/concat_1", "order", "hidden state, input", "input, hidden state")
    ) { $0.swapInputs(0, 1) },
    Row(
      "the order of the fetched state", .v0_12, "lstm/state",
      reports: found("lstm/state", "order of the state", "hidden, cell", "cell, hidden")
    ) { $0.swapInputs(0, 1) },
    Row(
      "the order of the first state", .v1_15, "lstm/initial_state",
      reports: found("lstm/initial_state", "order of the state", "hidden, cell", "cell, hidden")
    ) { $0.swapInputs(0, 1) },
    Row(
      "a state that is not empty before the image", .v0_12, "lstm/zeros/Const",
      reports: found("lstm/BasicLSTMCell/Linear/concat", "cell state", "Fill 'lstm/zeros'", "zeros before the image")
    ) { try $0.setAttribute("value", WireMessage.tensor(float: 0.5)) },
    Row(
      "the cell's bias", .v1_15, "lstm/basic_lstm_cell/BiasAdd",
      reports: found("lstm/basic_lstm_cell/BiasAdd", "bias", "logits/biases", "lstm/basic_lstm_cell/bias")
    ) { $0.setInput(1, "logits/biases/read") },
    Row(
      "what the logits read", .v1_15, "logits/MatMul",
      reports: found("logits/MatMul", "input", "Add 'lstm/basic_lstm_cell/Add_3'", "the cell's new hidden state")
    ) { $0.setInput(0, "lstm/basic_lstm_cell/Add_3") },
    Row(
      "the end", .v0_12, "softmax",
      reports: found("logits/logits/BiasAdd", "softmax", "none", "turns logits into probabilities")
    ) { $0.setOp("Sigmoid") },
  ]

  static let preprocessingRows: [Row] = [
    Row(
      "the size of the input", .v0_12, "pack_1",
      reports: found(
        "Slice", "preprocessing", "keeps 224 x 299 pixels from row 23, column 23",
        "keeps 299 x 299 pixels from row 23, column 23")
    ) { try $0.setAttribute("value", WireMessage.tensor(integers: [224, 299, -1])) },
    Row(
      "the size before the crop", .v1_15, "resize/size",
      reports: found(
        "resize/ResizeBilinear", "preprocessing", "resizes to 342 x 342, bilinear, from pixel corners",
        "resizes to 346 x 346, bilinear, from pixel corners")
    ) { try $0.setAttribute("value", WireMessage.tensor(integers: [342, 342])) },
    Row(
      "a resize that aligns corners", .v0_12, "ResizeBilinear",
      reports: found(
        "ResizeBilinear", "preprocessing", "resizes to 346 x 346, bilinear, corners aligned",
        "resizes to 346 x 346, bilinear, from pixel corners")
    ) { try $0.setAttribute("align_corners", [WireMessage.varint(5, 1)]) },
    Row(
      "a resize from pixel centers", .v1_15, "resize/ResizeBilinear",
      reports: found(
        "resize/ResizeBilinear", "preprocessing", "resizes to 346 x 346, bilinear, from pixel centers",
        "resizes to 346 x 346, bilinear, from pixel corners")
    ) { try $0.setAttribute("half_pixel_centers", [WireMessage.varint(5, 1)]) },
    Row(
      "another resize", .v1_15, "resize/ResizeBilinear",
      reports: found("resize/ResizeBilinear", "preprocessing", "ResizeBicubic", "no such step"),
      found(
        "resize_image_with_crop_or_pad/crop_to_bounding_box/Slice", "preprocessing", "no such step before it",
        "resizes to 346 x 346, bilinear, from pixel corners")
    ) { $0.setOp("ResizeBicubic") },
    Row(
      "the range of the input", .v0_12, "mul/y",
      reports: found("mul", "preprocessing", "multiplies by 1.0", "multiplies by 2.0")
    ) { try $0.setAttribute("value", WireMessage.tensor(float: 1)) },
    Row(
      "the middle of the input", .v1_15, "sub/y",
      reports: found("sub", "preprocessing", "subtracts 0.25", "subtracts 0.5")
    ) { try $0.setAttribute("value", WireMessage.tensor(float: 0.25)) },
    Row(
      "a step that is left out", .v1_15, "mul",
      reports: found(
        "InceptionV3/InceptionV3/Conv2d_1a_3x3/Conv2D", "preprocessing", "no such step before it", "multiplies by 2.0")
    ) { $0.setOp("Identity") },
    Row(
      "the decoder's chroma", .v0_12, "decode/DecodeJpeg",
      reports: found(
        "decode/DecodeJpeg", "preprocessing", "decodes to 3 channels, chroma repeated, at 1/1",
        "decodes to 3 channels, chroma interpolated, at 1/1")
    ) { try $0.setAttribute("fancy_upscaling", [WireMessage.varint(5, 0)]) },
    Row(
      "the decoder's method", .v1_15, "decode/DecodeJpeg",
      reports: found("decode/DecodeJpeg", "dct_method", "INTEGER_FAST", "INTEGER_ACCURATE")
    ) { try $0.setAttribute("dct_method", [WireMessage.text(2, "INTEGER_FAST")]) },
  ]
}
