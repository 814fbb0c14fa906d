"""How a performer steers: the parameter tree over OSC, and the surfaces made from it."""
