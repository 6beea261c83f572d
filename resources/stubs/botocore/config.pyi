class Config:
    def __init__(
        self,
        *,
        signature_version: str = ...,
        connect_timeout: float = ...,
        read_timeout: float = ...,
        retries: dict[str, int] = ...,
        max_pool_connections: int = ...,
        request_checksum_calculation: str = ...,
        response_checksum_validation: str = ...,
        proxies: dict[str, str] = ...,
        s3: dict[str, object] = ...,
    ) -> None: ...
