"""What each test of a store asks, in both languages."""

from __future__ import annotations

ASKED: dict[str, tuple[str, str]] = {
    "locks_by_itself": ("新对象自动锁定", "locks new objects by itself"),
    "refuses_delete_by_version": ("拒绝按版本删除", "refuses to delete a version"),
    "refuses_delete_with_bypass": ("拒绝越权删除", "refuses to delete with bypass"),
    "refuses_shortening": ("拒绝缩短锁定期", "refuses to shorten a lock"),
    "refuses_weaker_mode": ("拒绝降低锁定方式", "refuses a weaker kind of lock"),
    "keeps_what_is_deleted": ("普通删除后原版本仍在", "keeps the version after a delete"),
    "keeps_what_is_overwritten": ("覆盖写入后原版本仍在", "keeps the version after an overwrite"),
    "refuses_a_wrong_hash": ("拒绝与摘要不符的字节", "refuses bytes of another digest"),
    "goes_on_with_uploads": ("分段上传可以续传", "lets uploads in parts go on"),
    "locks_uploads_in_parts": ("分段上传的对象同样锁定", "locks uploads in parts as well"),
    "forgets_dropped_uploads": ("放弃的上传不留痕迹", "leaves nothing of a dropped upload"),
    "honours_create_only": ("支持“仅新建”写入", "honours create-only writes"),
    "keeps_dates_after_2106": ("2106 年以后的日期不出错", "keeps dates after 2106"),
    "has_a_quota": ("设有配额", "has a quota"),
    "agrees_on_the_time": ("与本站时间一致", "agrees with us on the time"),
    "station_can_put": ("本站可以写入自己的目录", "the station can put under its own prefix"),
    "station_can_not_delete": ("本站不能删除", "the station can not delete"),
    "station_can_not_delete_versions": ("本站不能删除版本", "the station can not delete versions"),
    "station_keeps_to_its_prefix": ("本站不能写入别处", "the station can not put elsewhere"),
    "station_can_not_change_the_rules": ("本站不能改规则", "the station can not change the rules"),
}
