"""`rundblick review`: what a person should look at first, what contradicts itself, and what was judged."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from identity.questions import Question, SetAside, contradictions, open_questions, unresolved
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import open_workspace
from warehouse.state.judgements import judgements, standing_verdicts
from warehouse.state.store import open_state

_WHY_ASKED = {
    "near": "just too little alike",
    "rule": "much alike, but names or dates clearly differ",
    "guard": "alike, but other records of the two contradict each other",
    "bond": "one customer by a single weak bond",
    "large": "the weakest bond of a customer of very many records",
}
_SIGNS = {"same": "=", "different": "≠", "unsure": "?"}


def queue(limit: int, workspace: Path | None, as_json: bool) -> None:
    """Print the first questions of the queue, and before them the judgements that contradict each other."""
    opened = open_workspace(workspace)
    standing = standing_verdicts(open_state(opened.state_url))
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        asked = open_questions(con, standing)
        conflicts = unresolved(contradictions(con), standing)
    if as_json:
        questions = [asdict(question) for question in asked[:limit]]
        contradictory = [asdict(row) for row in conflicts]
        found = {"waiting": len(asked), "questions": questions, "contradictions": contradictory}
        print(json.dumps(found, default=str))
        return
    for line in (*_conflict_lines(conflicts), *_question_lines(asked, limit)):
        print(line)


def judged(workspace: Path | None, as_json: bool) -> None:
    """Print the judgements that count, latest first."""
    opened = open_workspace(workspace)
    rows = judgements(open_state(opened.state_url)).sort_by([("judged_at", "descending")]).to_pylist()
    if as_json:
        print(json.dumps(rows, default=str, ensure_ascii=False))
        return
    for row in rows:
        pair = f"{row['record_id_l']} {_SIGNS[row['verdict']]} {row['record_id_r']}"
        print(f"{row['judged_at']:%Y-%m-%d %H:%M}  {pair}  {row['judged_by']}: {row['reason']}")
    print("Take one back: rundblick judge RECORD RECORD --undo" if rows else "Nothing was judged yet.")


def _conflict_lines(conflicts: list[SetAside]) -> Iterable[str]:
    if not conflicts:
        return
    groups = len({row.conflict_id for row in conflicts})
    yield f"{len(conflicts)} judgements in {groups} contradictions count for nothing until one of each is taken back:"
    for row in conflicts:
        yield f"  {row.record_id_l} {_SIGNS[row.verdict]} {row.record_id_r}   of {row.decided_at:%Y-%m-%d %H:%M}"


def _question_lines(asked: list[Question], limit: int) -> Iterable[str]:
    if not asked:
        yield "Nothing waits for a person: no pair is in doubt that has not been judged."
        return
    for question in asked[:limit]:
        yield f"{question.record_id_l}  {question.record_id_r}   {_WHY_ASKED[question.kind]}"
        yield f"    {_stakes(question)}"
    yield f"{min(limit, len(asked))} of {len(asked):,} questions. Answer: rundblick judge RECORD RECORD same --reason …"


def _stakes(question: Question) -> str:
    left, right = f"C{question.customer_id_l:06d}", f"C{question.customer_id_r:06d}"
    who = f"{left} would be two" if left == right else f"{left} and {right} would be one"
    refused = "; a refusal of one would bind the other" if question.is_refused_by_one else ""
    return (
        f"weight {question.match_weight:+.1f} of {question.needed_weight:.1f}; {who}; "
        f"{question.statements} statements about contacting, {question.places_in_segments} places in segments{refused}"
    )
