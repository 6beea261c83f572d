"""Typed view-models: what the screens show, decided and worded here, laid out in QML."""
