"""Other libraries, and TensorFlow 0.12.1, on the same model and images as Decant."""
