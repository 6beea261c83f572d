"""Where evidence lies. The only package that creates, moves or removes its files."""
