"""The command line: what each command does, without parsing arguments or knowing screens."""
