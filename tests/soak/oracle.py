"""Knows what every query must return: the state of one instant between its first byte and its final response (laws 4, 5).

One writer makes every change, one after the other, so the folder has had versions 0, 1, 2, ... and nothing else: version k is
what stands after k changes. Each change has a time before it and one after it. For a query that was sent at s and whose
final status had come at f,

    lo = changes that were over before s        are in the answer (law 4: what was in place before the first byte)
    hi = changes that had begun before f        nothing later can be in it

and the answer must be exactly that of one version k, lo <= k <= hi (law 5). This is tight: both clocks are this
process's own, read on the near side of every system call, so an answer that is refused here was stale, mixed of two
versions, or incomplete; and one that is accepted wrongly must be equal to a version that stood while the query ran.

The folder itself is a row among the others: while it is away, the answer is A700 and nothing else. That it left is an event;
that it came back is seen by the server's look at the path once a second, and until then A700 is right too. So after its return an
association may get A700 until its first success, and for no longer than `grace` seconds."""

import bisect
import contextlib
import threading
import time

import entries
import raw

FOLDER = "the folder"


class Journal:
    """Every change that was made, by one thread; asked from many."""

    def __init__(self):
        self.lock = threading.Lock()
        self.now = {}  # entry: version; FOLDER: True while it is away
        self.changes = []  # (entry, version before, version after), None where there is none
        self.befores, self.afters = [], []
        self.returns = []  # changes by which the folder came back

    @contextlib.contextmanager
    def change(self, name, version):
        """Around the one system call that makes it."""
        with self.lock:
            self.changes.append((name, self.now.get(name), version))
            _set(self.now, name, version)
            if name == FOLDER and version is None:
                self.returns.append(len(self.befores))
            self.befores.append(time.monotonic())
        try:
            yield
        finally:
            with self.lock:
                self.afters.append(time.monotonic())

    def window(self, sent, final):
        """(the state at version lo, the changes from it to version hi)."""
        with self.lock:
            lo, hi = bisect.bisect_right(self.afters, sent), bisect.bisect_left(self.befores, final)
            state, later = dict(self.now), self.changes[lo:]
        for name, before, _ in reversed(later):
            _set(state, name, before)
        return state, later[: hi - lo]

    def returned(self, sent):
        """The change by which the folder came back last before a query was sent, and when; (-1, 0): never."""
        with self.lock:
            for k in reversed(self.returns):
                if k < len(self.afters) and self.afters[k] <= sent:
                    return k, self.afters[k]
        return -1, 0


def _set(state, name, version):
    if version is None:
        state.pop(name, None)
    else:
        state[name] = version


class Answers:
    """What came for one query, by entry: {entry: (version, steps)}; entries.Torn if that can be of no version at all."""

    def __init__(self, status, identifiers, syntax, sent, final):
        self.status, self.count, self.sent, self.final = status, len(identifiers), sent, final
        self.of = {}
        before = ()
        for data in identifiers:
            name, version, step = entries.read(data, syntax)
            known, steps = self.of.setdefault(name, (version, []))
            if known != version:
                raise entries.Torn(f"{name}: versions {known} and {version} in one answer")
            if step is not None:
                now = entries.place(name, version, step)
                if now < before:
                    raise entries.Torn(f"{name}: {now} behind {before}")
                before = now
            steps.append(step)


class Association:
    """What one association has been told: whether the folder's last return has shown in it."""

    def __init__(self):
        self.returned = -1


def _expected(query, name, version):
    """The steps of an entry that a query finds; () if none."""
    if name == FOLDER or version is None:
        return ()
    top, steps = entries.facts(name, version)
    return tuple(n for n, step in enumerate(steps) if query.matches(top, step))


def _differs(query, answers, name, version):
    """Whether the answer says otherwise of an entry than a version in which it stands so."""
    expected = _expected(query, name, version)
    shown = answers.of.get(name)
    if shown is None:
        return bool(expected) and answers.status != raw.CANCELLED
    if shown[0] != version:
        return True
    if None in shown[1]:  # no step was asked for: an answer for each all the same (PS3.4 K.6)
        return len(shown[1]) > len(expected) or (len(shown[1]) < len(expected) and answers.status != raw.CANCELLED)
    if answers.status == raw.CANCELLED:
        return not set(shown[1]) <= set(expected) or len(set(shown[1])) != len(shown[1])
    return sorted(shown[1]) != list(expected)


def _is_a_version(query, answers, state, changes):
    """Whether the answer is that of the state, or of the state after some of the changes."""
    asked = [name for name in state if entries.is_crowd(name) == query.crowd]  # the keys name one of the two kinds
    wrong = {name for name in answers.of.keys() | asked if _differs(query, answers, name, state.get(name))}
    away = FOLDER in state
    for name, _, version in [(None, None, None), *changes]:
        if name == FOLDER:
            away = version is not None
        elif name is not None and (entries.is_crowd(name) == query.crowd or name in answers.of):
            wrong.discard(name)
            if _differs(query, answers, name, version):
                wrong.add(name)
        if not wrong and not away:
            return None
    return wrong


def _judge_away(journal, association, answers, state, changes, grace):
    if FOLDER in state or any(name == FOLDER and version for name, _, version in changes):
        return None
    k, when = journal.returned(answers.sent)
    if association.returned < k and answers.sent - when < grace:
        return None
    return "A700 though the folder can be read"


def judge(journal, association, query, answers, grace):
    """None if the answer is right, else what is wrong with it."""
    state, changes = journal.window(answers.sent, answers.final)
    if answers.status == raw.OUT_OF_RESOURCES and not answers.count:
        return _judge_away(journal, association, answers, state, changes, grace)
    if answers.status not in (raw.SUCCESS, raw.CANCELLED) or (answers.status == raw.CANCELLED and not query.cancelled):
        return f"status {answers.status:04X}"
    if answers.status == raw.CANCELLED and not answers.count:
        return None  # it had no time for a single answer, nor for a look at the folder
    wrong = _is_a_version(query, answers, state, changes)
    if wrong is None:
        association.returned = max(association.returned, journal.returned(answers.sent)[0])
        return None
    if not wrong:
        return f"{answers.count} answers while the folder was away"
    said = {name: (answers.of.get(name), state.get(name), [v for n, _, v in changes if n == name]) for name in sorted(wrong)[:5]}
    return f"{len(changes)} changes meanwhile, no version agrees; entry: (shown, version at first, later) {said}"
