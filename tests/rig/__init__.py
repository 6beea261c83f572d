"""The station on a real kernel: recorders plugged into a virtual machine and yanked."""
