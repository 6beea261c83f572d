"""Looking into clips: a child process decodes, the kiosk shows. See docs/preview.md."""
