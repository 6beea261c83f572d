"""What runs inside the virtual machine, beside the station."""
