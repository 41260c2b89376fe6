"""Help Scout and FreeScout, as they asked before."""
