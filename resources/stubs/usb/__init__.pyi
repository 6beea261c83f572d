"""The part of pyusb that we use, typed."""
