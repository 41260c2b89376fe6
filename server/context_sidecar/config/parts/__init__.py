"""The parts of `sidecar.yaml`, a module each: its shape, what must fit other parts, and the core's
noun that it becomes."""
