"""The oracle of tests/soak refuses what it must, and a short chaos run goes well."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import peers
import raw

SOAK = Path(__file__).resolve().parent.parent / "soak"
sys.path.insert(0, str(SOAK))

import entries  # noqa: E402  (behind its path)
import oracle  # noqa: E402
import queries  # noqa: E402

A, B = entries.entry(1), entries.entry(2)
EVERYTHING = queries.Query("everything", lambda *_: True, {})


def change(journal, name, version):
    """Makes a change of which both times are known: (before, after)."""
    with journal.change(name, version):
        pass
    return journal.befores[-1], journal.afters[-1]


def answer(sent, final, status=raw.SUCCESS, **versions):
    """An answer that shows these versions, with all their steps, in order."""
    shown = [(name, version, n) for name, version in versions.items() for n in range(len(entries.facts(name, version)[1]))]
    made = oracle.Answers(status, [], raw.IMPLICIT, sent, final)
    for name, version, step in shown:
        made.of.setdefault(name, (version, []))[1].append(step)
    made.count = len(shown)
    return made


def judge(journal, answers, grace=0, query=EVERYTHING):
    return oracle.judge(journal, oracle.Association(), query, answers, grace)


def test_the_oracle_knows_what_was_there():
    journal = oracle.Journal()
    change(journal, A, 1)
    change(journal, B, 2)
    sent = time.monotonic()
    change(journal, A, 3)
    change(journal, B, 4)
    final = time.monotonic()
    change(journal, B, 5)
    for right in ({A: 1, B: 2}, {A: 3, B: 2}, {A: 3, B: 4}):
        assert judge(journal, answer(sent, final, **right)) is None
    for wrong in ({A: 1, B: 4}, {A: 3}, {A: 1}, {}, {A: 3, B: 5}, {A: 1, B: 1}, {A: 3, B: 4, entries.entry(3): 1}):
        assert judge(journal, answer(sent, final, **wrong)), wrong
    assert judge(journal, answer(time.monotonic(), time.monotonic(), **{A: 3, B: 4})), "stale"
    assert judge(journal, answer(sent, final, status=raw.NOT_SOP_CLASS))


def test_the_oracle_knows_when_the_folder_was_away():
    journal = oracle.Journal()
    change(journal, A, 1)
    early = time.monotonic()
    assert judge(journal, answer(early, time.monotonic(), raw.OUT_OF_RESOURCES))
    change(journal, oracle.FOLDER, True)
    sent = time.monotonic()
    assert judge(journal, answer(sent, sent, raw.OUT_OF_RESOURCES)) is None
    assert judge(journal, answer(sent, sent, **{A: 1})), "it is away"
    assert judge(journal, answer(sent, sent)), "success, nothing"
    change(journal, oracle.FOLDER, None)
    late = time.monotonic()
    told = oracle.Association()
    assert oracle.judge(journal, told, EVERYTHING, answer(late, late, raw.OUT_OF_RESOURCES), 1000) is None
    assert oracle.judge(journal, told, EVERYTHING, answer(late, late, **{A: 1}), 1000) is None
    assert oracle.judge(journal, told, EVERYTHING, answer(late, late, raw.OUT_OF_RESOURCES), 1000), "it was seen to be back"
    assert judge(journal, answer(late, late, raw.OUT_OF_RESOURCES), grace=0), "too late"


def test_a_cancelled_answer_is_a_part_of_one_version():
    journal = oracle.Journal()
    change(journal, A, 1)
    change(journal, B, 1)
    sent = time.monotonic()
    query = queries.Query("cancelled", lambda *_: True, {})
    assert judge(journal, answer(sent, sent, raw.CANCELLED, **{A: 1}), query=query), "nobody cancelled"
    query.cancelled = True
    assert judge(journal, answer(sent, sent, raw.CANCELLED, **{A: 1}), query=query) is None
    assert judge(journal, answer(sent, sent, raw.CANCELLED, **{A: 2}), query=query)


def test_every_value_of_an_answer_is_compared():
    import worklists

    top, steps = entries.facts(A, 5)
    said = worklists.dataset(steps[:1], **top)
    assert entries.read(raw.encode(said), raw.IMPLICIT) == (A, 5, 0)
    for keyword, value in (("PatientWeight", "4"), ("RequestedProcedureID", "V000004"), ("PatientName", "Other"), ("AccessionNumber", "")):
        other = worklists.dataset(steps[:1], **{**top, keyword: value})
        with pytest.raises(entries.Torn):
            entries.read(raw.encode(other), raw.IMPLICIT)
    for keyword, value in (("Modality", "CR"), ("ScheduledProcedureStepID", "V000004.0"), ("ScheduledStationAETitle", "NONE")):
        with pytest.raises(entries.Torn):
            entries.read(raw.encode(worklists.dataset(({**steps[0], keyword: value},), **top)), raw.IMPLICIT)


def test_files_say_what_the_oracle_thinks():
    for version in range(8):
        assert entries.file(A, version, random.Random(version))[128:132] == b"DICM"


def test_chaos_for_a_moment():
    done = subprocess.run(
        [sys.executable, SOAK / "run.py", "0.25", "--seed", "1", "--storm", "3000"],
        capture_output=True,
        text=True,
        timeout=peers.patience(300),
        env=peers.environment(MWL=peers.BINARY),
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
