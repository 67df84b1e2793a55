"""Orthanc under valgrind with the plugin: no leak, and no error that the plugin has a part in.

The host unloads the plugin before it ends; valgrind is told to keep its names, and each finding is looked for the plugin's
file in its stack. MWL_LONG=1 makes it a thousand queries and a thousand changes of files.
"""

import itertools
import os
import xml.etree.ElementTree as ElementTree

import pytest

import generate
import hosts
import raw
import worklists

ROUNDS = 1000 if os.environ.get("MWL_LONG") else 60


@pytest.fixture
def report(tmp_path):
    return tmp_path / "valgrind.xml"


def valgrind(report):
    return [
        "valgrind",
        "--leak-check=full",
        "--show-leak-kinds=definite,indirect",
        "--errors-for-leak-kinds=definite,indirect",
        "--keep-debuginfo=yes",
        "--num-callers=40",
        "--xml=yes",
        f"--xml-file={report}",
    ]


def findings(report, part=os.path.basename(hosts.PLUGIN)):
    """What valgrind found with the plugin in the stack, a line each."""
    root = ElementTree.parse(report).getroot()
    assert [state.text for state in root.iter("state")][-1] == "FINISHED", "valgrind did not come to its end"
    found = []
    for error in root.iter("error"):
        frames = [(frame.findtext("obj", ""), frame.findtext("fn", "?")) for frame in error.iter("frame")]
        if any(os.path.basename(file) == part for file, _ in frames):
            found.append(f"{error.findtext('kind')}: {' < '.join(name for _, name in frames)}")
    return found


def changes(folder):
    """One change of a file after the other: entries of all kinds come, are replaced and go, and so do broken ones."""
    rows = [worklists.part10(entry, syntax) for syntax, entry in generate.oddities(1, 2).values()]
    rows += [data for name, data in worklists.BAD.items() if name != "oversized.wl"]
    for number in itertools.count():
        name = f"{number % 11}.wl"
        if number % 5 == 4:
            (folder / name).unlink(missing_ok=True)
        else:
            worklists.put(folder, name, rows[number % len(rows)])
        yield number


def test_queries_and_changes(host, folder, report):
    for name, entry in generate.entries(1, 30).items():
        worklists.put(folder, f"e{name}", worklists.part10(entry))
    orthanc = host([hosts.PLUGIN], hosts.section(folder, LimitAnswers=25), prefix=valgrind(report), seconds=120)
    change = changes(folder)
    asked = generate.queries(2, ROUNDS, {**generate.KINDS, **generate.MORE_KINDS})
    found = 0
    with orthanc.connect() as client:
        for _, keys in asked:
            next(change)
            text = "".join(str(value) for value in keys.values())
            found += client.find(generate.identifier(keys, None if text.isascii() else "ISO_IR 192")).count
        folder.rename(folder.with_name("away"))
        assert client.find(raw.keys(AccessionNumber="")).status == 0xC000
        client.release()
    assert found > ROUNDS
    orthanc.stop(120)
    assert not findings(report)


def test_start_that_fails(host, folder, report):
    with pytest.raises(hosts.Ended):
        host([hosts.PLUGIN], hosts.section(folder, LimitAnswers="many"), prefix=valgrind(report), seconds=120)
    assert not findings(report)
