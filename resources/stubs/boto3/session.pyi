from typing import Any

from botocore.config import Config

class Session:
    def __init__(
        self,
        aws_access_key_id: str | None = ...,
        aws_secret_access_key: str | None = ...,
        region_name: str | None = ...,
    ) -> None: ...
    def client(
        self,
        service_name: str,
        endpoint_url: str | None = ...,
        verify: bool | str | None = ...,
        config: Config | None = ...,
    ) -> Any: ...  # noqa: ANN401 - made at run time
