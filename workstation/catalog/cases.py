"""Queries about cases and about what people said of clips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workstation.catalog.reading import NAMES_AT_ONCE, Reading
from workstation.catalog.values import CaseLine, HoldLine
from workstation.domain.casework_state import ClipCasework
from workstation.domain.errors_casework import UnknownCaseError
from workstation.ledger import operations, schema
from workstation.ledger.schema_casework import (
    case_file,
    clip_case,
    clip_casework,
    clip_tag,
    hold,
    operation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.domain.casework import Operation
    from workstation.domain.casework_state import CaseFile


class CaseQueries(Reading):
    """What is known of cases, and what people said of clips."""

    def case(self, case: str) -> CaseFile:
        """One case, by its id.

        Raises:
            UnknownCaseError: there is none.
        """
        query = select(case_file.c.state).where(case_file.c.id == case)
        with self._reading() as connection:
            state = connection.execute(query).scalar_one_or_none()
        if state is None:
            raise UnknownCaseError(case=case, matches=0)
        return operations.case_decoder.decode(state)

    def resolve_case(self, text: str) -> str:
        """The id of the one case with this number, or whose id begins so.

        Raises:
            UnknownCaseError: none, or more than one: two stations may have opened a case of
                one number (fact ``matches``).
        """
        by_number = select(case_file.c.id).where(case_file.c.number == text).limit(2)
        by_id = select(case_file.c.id).where(
            case_file.c.id.startswith(text.upper(), autoescape=True)
        )
        with self._reading() as connection:
            found = connection.execute(by_number).scalars().all() if text else []
            if not found and text:
                found = connection.execute(by_id.limit(2)).scalars().all()
        if len(found) != 1:
            raise UnknownCaseError(case=text, matches=len(found))
        return str(found[0])

    def case_numbers(self, cases: Iterable[str]) -> dict[str, str]:
        """The numbers of those cases that are known here; empty for a provisional one."""
        query = select(case_file.c.id, case_file.c.number).where(case_file.c.id.in_(set(cases)))
        with self._reading() as connection:
            return {row.id: row.number for row in connection.execute(query)}

    def cases(
        self,
        words: str = "",
        *,
        is_closed: bool | None = None,
        changed_before: str | None = None,
        limit: int = 100,
    ) -> list[CaseLine]:
        """A page of cases, the latest changed first; ``changed_before`` is the last one's mark.

        ``words`` are parts of number, title, place, people or notes; all must be there.
        """
        clips = (
            select(func.count())
            .where(clip_case.c.case_id == case_file.c.id)
            .scalar_subquery()
            .label("clips")
        )
        query = select(case_file, clips).order_by(
            case_file.c.changed_at.desc(), case_file.c.id.desc()
        )
        if is_closed is not None:
            query = query.where(case_file.c.is_closed == int(is_closed))
        if changed_before is not None:
            changed, _, case = changed_before.partition(" ")
            query = query.where(
                (case_file.c.changed_at < changed)
                | ((case_file.c.changed_at == changed) & (case_file.c.id < case))
            )
        for word in words.split():
            query = query.where(case_file.c.words.contains(word, autoescape=True))
        with self._reading() as connection:
            return [
                CaseLine(
                    file=operations.case_decoder.decode(row.state),
                    clips=row.clips,
                    mark=f"{row.changed_at} {row.id}",
                )
                for row in connection.execute(query.limit(limit))
            ]

    def cases_of_badge(self, badge: str) -> frozenset[str]:
        """Cases to which some clip of this badge number is linked."""
        query = (
            select(clip_case.c.case_id)
            .join(schema.clip, schema.clip.c.id == clip_case.c.clip_id)
            .where(schema.clip.c.badge == badge)
            .distinct()
        )
        with self._reading() as connection:
            return frozenset(str(case) for case in connection.execute(query).scalars())

    def clips_of_case(self, case: str) -> list[str]:
        """The ids of a case's clips."""
        query = select(clip_case.c.clip_id).where(clip_case.c.case_id == case)
        with self._reading() as connection:
            return [str(clip) for clip in connection.execute(query.order_by("clip_id")).scalars()]

    def casework_of(self, clip: str) -> ClipCasework:
        """What people said of a clip."""
        query = select(clip_casework.c.state).where(clip_casework.c.clip_id == clip)
        with self._reading() as connection:
            state = connection.execute(query).scalar_one_or_none()
        return operations.clip_decoder.decode(state) if state else ClipCasework(clip)

    def casework_of_many(self, clips: Iterable[str]) -> dict[str, ClipCasework]:
        """The same of those of many clips of which anything was said: for a page of a list."""
        left = list(clips)
        found: dict[str, ClipCasework] = {}
        with self._reading() as connection:
            while left:
                page, left = left[:NAMES_AT_ONCE], left[NAMES_AT_ONCE:]
                query = select(clip_casework).where(clip_casework.c.clip_id.in_(page))
                for row in connection.execute(query):
                    found[row.clip_id] = operations.clip_decoder.decode(row.state)
        return found

    def contested_clips(self, limit: int = 100) -> list[str]:
        """Clips with links of which a person must say which holds."""
        query = select(clip_case.c.clip_id).where(clip_case.c.is_contested == 1).distinct()
        with self._reading() as connection:
            found = connection.execute(query.order_by("clip_id").limit(limit)).scalars()
            return [str(clip) for clip in found]

    def holds(self) -> list[HoldLine]:
        """Every hold, the oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(hold).order_by(hold.c.at, hold.c.operation_id))
            return [
                HoldLine(row.operation_id, row.clip_id, row.case_id, row.reason, row.by, row.at)
                for row in rows
            ]

    def known_tags(self, begins: str = "", limit: int = 50) -> list[tuple[str, int]]:
        """Tags in use and how many clips have each, the commonest first."""
        count = func.count()
        query = select(clip_tag.c.tag, count).group_by(clip_tag.c.tag).limit(limit)
        if begins:
            query = query.where(clip_tag.c.tag.startswith(begins, autoescape=True))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(count.desc(), clip_tag.c.tag))
            return [(str(tag), int(clips)) for tag, clips in rows]

    def operations_after(self, seq: int, limit: int = 500) -> list[tuple[int, bytes]]:
        """What was said, with its place of arrival: exact lines for other stations."""
        query = select(operation.c.seq, operation.c.line).where(operation.c.seq > seq)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(operation.c.seq).limit(limit))
            return [(int(row.seq), bytes(row.line)) for row in rows]

    def operation_lines(self, *, clip: str = "", case: str = "") -> list[bytes]:
        """The exact lines of everything ever said of a clip or of a case, as they arrived."""
        column, name = (operation.c.clip_id, clip) if clip else (operation.c.case_id, case)
        query = select(operation.c.line).where(column == name).order_by(operation.c.seq)
        with self._reading() as connection:
            return [bytes(line) for line in connection.execute(query).scalars()]

    def operations_about(self, *, clip: str = "", case: str = "") -> list[Operation]:
        """Everything ever said of a clip or of a case, also what holds no longer."""
        with self._reading() as connection:
            return operations.about(connection, clip=clip or None, case=case or None)
