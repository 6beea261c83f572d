"""The format of sealed objects: what both the vault and the preview need to open one."""
