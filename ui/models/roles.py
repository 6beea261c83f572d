"""What roles are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workstation.domain.people import Role

translate = QCoreApplication.translate


def role_word(role: str) -> str:
    """A role in words."""
    return {
        Role.OFFICER.value: translate("People", "执法人员"),
        Role.LEADER.value: translate("People", "中队长"),
        Role.ADMINISTRATOR.value: translate("People", "管理员"),
        Role.AUDITOR.value: translate("People", "审计员"),
    }.get(role, role)
