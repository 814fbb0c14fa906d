"""How a performer steers: the parameter tree over OSC, and the TouchOSC layout made from it."""
