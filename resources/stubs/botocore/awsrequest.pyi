from typing import Any

class AWSRequest:
    url: str
    body: object
    context: dict[str, Any]
