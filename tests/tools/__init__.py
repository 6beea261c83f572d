"""Programs for people who work on the project: pictures, strings, QML types."""
