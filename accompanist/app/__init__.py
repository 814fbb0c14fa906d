"""The command line and the live program: engine, devices and control joined."""
