"""Central stores: one small contract, one conformance suite, one module per kind."""
