class BaseProfile:
    profile_data: dict[str, object]
