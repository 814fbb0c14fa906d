"""Small ONNX models with their cards, stepped one frame at a time."""
