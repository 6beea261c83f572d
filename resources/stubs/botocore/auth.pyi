from botocore.awsrequest import AWSRequest

AUTH_TYPE_MAPS: dict[str, type]

class S3SigV4Auth:
    def payload(self, request: AWSRequest) -> str: ...
    def _modify_request_before_signing(self, request: AWSRequest) -> None: ...
