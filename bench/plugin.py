#!/usr/bin/python3
"""How long a worklist query to Orthanc takes: our plugin beside the sample plugin that Debian ships, in one run.

    bench/plugin.py [ROUNDS]        30 or more; ten times as many over 10 worklists, where a query is short

Each host keeps one association open, and is asked in turn: a C-ECHO, then a query for one modality, station and day. All
are started with TCP_NODELAY=1, without which 40 ms of Nagle's algorithm cover every measure. Over 10 worklists the sample
plugin runs twice: what its two runs differ by is noise. The plugin is build/libmwl-orthanc.so, or beside what MWL names.
"""

import os
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "peer"))

import hosts  # noqa: E402
import raw  # noqa: E402
import worklists  # noqa: E402

MODALITIES = (b"CT", b"MR", b"US", b"CR")
QUERY = raw.keys(
    {
        "Modality": "CT",
        "ScheduledStationAETitle": "ST00",
        "ScheduledProcedureStepStartDate": "20260101",
        "ScheduledProcedureStepStartTime": "",
        "ScheduledProcedureStepID": "",
    },
    **{name: "" for name in ("AccessionNumber", "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID")},
)


def fill(folder, count):
    """Of 10,000 worklists the query finds five: 4 modalities, 25 stations, 20 days."""
    step = {
        "Modality": "QQ",
        "ScheduledStationAETitle": "STZZ",
        "ScheduledProcedureStepStartDate": "20261231",
        "ScheduledProcedureStepID": "S@@@@@@@",
    }
    template = worklists.encode(step, AccessionNumber="A@@@@@@@", PatientID="P@@@@@@@")
    for number, (name, data) in enumerate(worklists.numbered(count, template)):
        data = data.replace(b"QQ", MODALITIES[number % 4]).replace(b"STZZ", b"ST%02d" % (number // 4 % 25))
        (folder / name).write_bytes(data.replace(b"20261231", b"202601%02d" % (1 + number // 100 % 20)))


class Measured:
    """A host, an association with it, and the milliseconds of each echo and query."""

    def __init__(self, root, name, plugin, folder):
        self.name = name
        self.host = hosts.Host(root / name, [plugin], hosts.section(folder))
        self.client = self.host.connect()
        self.echoes, self.queries, self.found = [], [], None

    def round(self):
        start = time.perf_counter()
        assert self.client.echo(context=3) == raw.SUCCESS
        between = time.perf_counter()
        answer = self.client.find(QUERY)
        self.queries.append(1000 * (time.perf_counter() - between))
        self.echoes.append(1000 * (between - start))
        assert answer.status == raw.SUCCESS and self.found in (None, answer.count)
        self.found = answer.count

    def beyond(self):
        return statistics.median(self.queries) - statistics.median(self.echoes)


def measure(root, count, rounds, plugins):
    """The hosts by name, each asked so many times in turn, after a few rounds that do not count."""
    folder = root / f"worklists-{count}"
    folder.mkdir()
    fill(folder, count)
    measured = [Measured(root, f"{name}-{count}", plugin, folder) for name, plugin in plugins]
    try:
        for number in range(-3, rounds):
            for host in measured:
                host.round()
                if number < 0:
                    host.echoes.clear(), host.queries.clear()
    finally:
        for host in measured:
            host.host.kill()
    assert len({host.found for host in measured}) == 1, [host.found for host in measured]
    print(f"\n{count} worklists, {measured[0].found} found, {rounds} rounds")
    print(f"{'':12}{'C-ECHO':>12}{'query':>12}{'beyond':>12}   quartiles of the query")
    for (name, _), host in zip(plugins, measured):
        low, middle, high = statistics.quantiles(host.queries, n=4)
        print(
            f"{name:12}{statistics.median(host.echoes):9.3f} ms{middle:9.3f} ms{host.beyond():9.3f} ms"
            f"   {low:.3f} to {high:.3f} ms"
        )
    return measured


def main():
    rounds = max(30, int(sys.argv[1]) if len(sys.argv) > 1 else 30)
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        plugins = [("mwl", hosts.PLUGIN), ("sample", hosts.SAMPLE), ("sample again", hosts.SAMPLE)]
        ours, sample, again = measure(root, 10, 10 * rounds, plugins)
        noise = abs(statistics.median(sample.queries) - statistics.median(again.queries))
        more = statistics.median(ours.queries) - statistics.median(sample.queries)
        print(f"mwl takes {abs(more):.3f} ms {'more' if more > 0 else 'less'} than the sample plugin; noise {noise:.3f} ms")
        ours, sample = measure(root, 10000, rounds, plugins[:2])
        print(f"beyond a C-ECHO the sample plugin takes {sample.beyond() / ours.beyond():.0f} times as long as mwl")


if __name__ == "__main__":
    main()
