"""How the plugin is loaded beside others, what stops the host and what does not, and how it is unloaded.

Orthanc stops as a whole if OrthancPluginInitialize() returns anything but zero, or if two plugins have one name. Of plugins
that answer worklist queries the first to register serves; the others get an error from the host.
"""

import os
import shutil
import subprocess
import threading

import pytest

import hosts
import peers
import raw
import worklists

SCRIPT = """
import orthanc

def answer(answers, query, caller, called):
    with open({path!r}, "rb") as file:
        data = file.read()
    if query.WorklistIsMatch(data):
        answers.WorklistAddAnswer(query, data)

orthanc.RegisterWorklistCallback(answer)
"""


@pytest.fixture
def told(folder):
    """The folder with an entry by which one can tell who serves: the sample plugin does not find a station that is one
    of two, and Python's script serves a file that is none of the folder's."""
    worklists.write(folder, "two.wl", {"ScheduledStationAETitle": "CT1\\CT2"}, AccessionNumber="FOLDER")
    worklists.write(folder.parent, "python.wl", AccessionNumber="SCRIPT")
    (folder.parent / "script.py").write_text(SCRIPT.format(path=str(folder.parent / "python.wl")))
    return folder


def serving(orthanc):
    """Who answers: "mwl", "sample" or "python"."""
    found = orthanc.find("AccessionNumber")
    assert found.status == raw.SUCCESS
    if found.values("AccessionNumber") == ["SCRIPT"]:
        return "python"
    assert found.values("AccessionNumber") == ["FOLDER"]
    return "mwl" if orthanc.find("AccessionNumber", ".ScheduledStationAETitle=CT2").datasets else "sample"


def complaints(orthanc):
    """The errors in the log that are mwl's own."""
    return [line for line in orthanc.lines("E") if "mwl" in line]


# -- beside other plugins ----------------------------------------------------------------------------------------------


def test_before_the_folder_that_holds_the_sample_plugin(host, told):
    """The one line that installs it."""
    orthanc = host([hosts.PLUGIN, hosts.INSTALLED + "/"], hosts.section(told))
    assert {"mwl", "worklists"} <= set(orthanc.ask("GET", "plugins"))
    assert serving(orthanc) == "mwl"
    assert not complaints(orthanc)
    orthanc.stop()


@pytest.mark.parametrize("first", [hosts.SAMPLE, hosts.INSTALLED])
def test_after_the_sample_plugin(host, told, first):
    """It tells what to change in one line, and stays out of the way."""
    orthanc = host([first, hosts.PLUGIN], hosts.section(told))
    assert serving(orthanc) == "sample"
    (line,) = complaints(orthanc)
    assert '"Plugins"' in line and "before" in line
    orthanc.stop()


@pytest.mark.parametrize("order, serves", [((hosts.PLUGIN, hosts.PYTHON), "mwl"), ((hosts.PYTHON, hosts.PLUGIN), "python")])
def test_beside_a_script_that_answers_worklist_queries(host, told, order, serves):
    orthanc = host(order, hosts.section(told), PythonScript=str(told.parent / "script.py"))
    assert serving(orthanc) == serves
    assert len(complaints(orthanc)) == (serves != "mwl")
    assert len([line for line in orthanc.lines("E") if "Can only register one plugin" in line]) == 1
    orthanc.stop()


def test_beside_a_script_that_does_not(host, told):
    script = told.parent / "other.py"
    script.write_text("import orthanc\northanc.LogWarning('here I am')\n")
    orthanc = host([hosts.PYTHON, hosts.PLUGIN], hosts.section(told), PythonScript=str(script))
    assert "here I am" in orthanc.lines("W") and serving(orthanc) == "mwl"


def test_two_copies(host, told, tmp_path):
    """The host does not start with two plugins of one name, whosever they are."""
    copy = tmp_path / "copy.so"
    shutil.copy(hosts.PLUGIN, copy)
    with pytest.raises(hosts.Ended, match="Plugin 'mwl' already registered"):
        host([hosts.PLUGIN, copy], hosts.section(told))


LUA = """
function IncomingWorklistRequestFilter(query, origin)
  if origin["RemoteAet"] == "PETS" then
    query["0010,0010"] = "Rex*"
  end
  return query
end
"""


def test_with_a_filter_in_lua(host, folder, tmp_path):
    """The host runs it first: what it returns is the query."""
    worklists.write(folder, "a.wl", PatientName="Bach^Johann", AccessionNumber="A")
    worklists.write(folder, "b.wl", PatientName="Rex^Dog", AccessionNumber="B")
    script = tmp_path / "filter.lua"
    script.write_text(LUA)
    orthanc = host([hosts.PLUGIN], hosts.section(folder), LuaScripts=[str(script)])
    asked = ("AccessionNumber", "PatientName", ".Modality=CT")
    assert orthanc.find(*asked, calling="PETS").values("AccessionNumber") == ["B"]
    assert sorted(orthanc.find(*asked, calling="PEOPLE").values("AccessionNumber")) == ["A", "B"]


# -- what stops the host -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, says",
    [
        ({"Database": None}, ['"Database"']),
        ({"Database": ""}, ['"Database"']),
        ({"Database": 5}, ['"Database"']),
        ({"Enable": "yes"}, ['"Enable"', "true"]),
        ({"LimitAnswers": -1}, ['"LimitAnswers"']),
        ({"LimitAnswers": "10"}, ['"LimitAnswers"']),
        ({"FilterIssuerAET": True}, ['"FilterIssuerAET"', '"FilterIssuerAet"']),
        ({"LimitAnswer": 3}, ['"LimitAnswer"', '"LimitAnswers"']),
        ({"SaveInOrthancDatabase": True}, ['"SaveInOrthancDatabase"', "false"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_section_that_cannot_be_understood(host, folder, options, says):
    """The host does not start, and the log says what to write instead."""
    wanted = {name: value for name, value in hosts.section(folder, **options).items() if value is not None}
    with pytest.raises(hosts.Ended) as ended:
        host([hosts.PLUGIN], wanted)
    assert ended.value.code not in (0, None) and ended.value.code > 0, "ended by a signal"
    errors = [text for level, _, text in hosts.LINE.findall(ended.value.log) if level == "E"]
    assert any(all(word in line for word in says) for line in errors), ended.value.log


def test_section_that_is_not_enabled_may_be_wrong(host):
    """Whoever leaves it out, or switches it off, is not asked for a folder."""
    host([hosts.PLUGIN], {"Enable": False}).well()
    host([hosts.PLUGIN], {}).well()


def test_options_of_newer_plugins_are_known(host, folder):
    worklists.write(folder, AccessionNumber="HERE")
    orthanc = host([hosts.PLUGIN], hosts.section(folder, SaveInOrthancDatabase=False, HousekeepingInterval=60))
    assert orthanc.find("AccessionNumber").values("AccessionNumber") == ["HERE"]
    assert any('"HousekeepingInterval"' in line for line in orthanc.lines("W"))


# -- the folder --------------------------------------------------------------------------------------------------------


def cannot(orthanc):
    return orthanc.find("AccessionNumber").status == 0xC000


def test_folder_that_is_not_there_yet(host, folder):
    """The host starts; queries fail, which is not the same as finding nothing, until the folder is there."""
    later = folder / "later"
    orthanc = host([hosts.PLUGIN], hosts.section(later))
    assert any(str(later) in line for line in orthanc.lines("W") + orthanc.lines("E"))
    assert cannot(orthanc)
    later.mkdir()
    worklists.write(later, AccessionNumber="HERE")
    peers.eventually(lambda: not cannot(orthanc), "an answer")
    assert orthanc.find("AccessionNumber").values("AccessionNumber") == ["HERE"]


def test_folder_that_vanishes_and_returns(host, folder):
    worklists.write(folder, AccessionNumber="HERE")
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    away = folder.rename(folder.with_name("away"))
    assert cannot(orthanc)
    away.rename(folder)
    peers.eventually(lambda: not cannot(orthanc), "an answer")
    assert orthanc.find("AccessionNumber").values("AccessionNumber") == ["HERE"]
    shutil.rmtree(folder)
    assert cannot(orthanc)
    folder.mkdir()
    peers.eventually(lambda: orthanc.find("AccessionNumber").statuses == [raw.SUCCESS], "the empty folder")


def test_file_that_is_no_folder(host, folder):
    path = worklists.write(folder)
    orthanc = host([hosts.PLUGIN], hosts.section(path))
    assert cannot(orthanc)


def test_bad_files_harm_nobody(host, folder):
    """Each, and one that nobody may read, is set aside with a line in the log; the others are served."""
    bad = {**worklists.BAD, "secret.wl": worklists.GOOD}
    for name, data in bad.items():
        worklists.put(folder, name, data)
    worklists.write(folder, "good.wl", AccessionNumber="GOOD")
    os.chmod(folder / "secret.wl", 0)
    denied = subprocess.run([*peers.UNPRIVILEGED, "cat", folder / "secret.wl"], capture_output=True)
    assert denied.returncode != 0, "this account reads everything"
    orthanc = host([hosts.PLUGIN], hosts.section(folder), prefix=peers.UNPRIVILEGED)
    found = orthanc.find("AccessionNumber")
    assert found.status == raw.SUCCESS and found.values("AccessionNumber") == ["GOOD"]
    for name in bad:
        assert any(f"{name} set aside: " in line for line in orthanc.lines("W")), name
        worklists.write(folder, name, AccessionNumber="MENDED")
    assert sorted(orthanc.find("AccessionNumber").values("AccessionNumber")) == ["GOOD"] + ["MENDED"] * len(bad)


# -- the end -----------------------------------------------------------------------------------------------------------


def test_unloading_in_the_middle_of_everything(host, folder):
    """SIGTERM while files change and scanners ask: it ends, and ends well."""
    worklists.crowd(folder, 10)
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            try:
                with orthanc.connect() as client:
                    client.find(raw.keys({"Modality": "MR"}, AccessionNumber=""))
            except (OSError, raw.Closed, raw.Aborted, AssertionError):
                pass

    def churn():
        number = 0
        while not stop.is_set():
            worklists.write(folder, f"{number % 7}.wl")
            number += 1

    threads = [threading.Thread(target=target) for target in (ask, ask, churn)]
    for thread in threads:
        thread.start()
    try:
        orthanc.find("AccessionNumber", ".Modality=NONE")
        orthanc.stop()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_exports_the_four_entry_points_and_nothing_else():
    """A host loads plugins into one space of names: whatever else is visible could meet another plugin's."""
    done = subprocess.run(["nm", "-D", "--defined-only", hosts.PLUGIN], capture_output=True, text=True, check=True)
    assert sorted(line.split()[-1] for line in done.stdout.splitlines()) == [
        "OrthancPluginFinalize",
        "OrthancPluginGetName",
        "OrthancPluginGetVersion",
        "OrthancPluginInitialize",
    ]
