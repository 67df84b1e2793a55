"""LuaScripts: what a script makes of a query, the same as in Debian's Orthanc, and scripts that do not behave."""

import os
import re
import time
from pathlib import Path

import pytest

import hosts
import peers
import raw
import worklists

# The worklist example of Orthanc's documentation, and others of its kind.
STATION = """
function IncomingWorklistRequestFilter(query, origin)
  PrintRecursive(query)
  PrintRecursive(origin)
  query['0040,0100'][1]['0040,0001'] = origin['RemoteAet']
  return query
end
"""
ADD = """
function IncomingWorklistRequestFilter(query, origin)
  query['0008,0050'] = ''
  query['0040,0100'][1]['0008,0060'] = 'CT'
  return query
end
"""
REMOVE = """
function IncomingWorklistRequestFilter(query, origin)
  query['0010,0010'] = nil
  return query
end
"""
EMPTY = "function IncomingWorklistRequestFilter(query, origin) query['0010,0020'] = 'NOBODY' return query end"
NOTHING = "function IncomingWorklistRequestFilter(query, origin) end"
NONE = "function OnStoredInstance() end"


def config_of(tmp_path, folder, script, **worklist):
    (tmp_path / "script.lua").write_text(script)
    return peers.configuration(
        tmp_path / "mwl.json",
        worklists={"Enable": True, "Database": str(folder), **worklist},
        DicomAlwaysAllowFindWorklist=True,
        LuaScripts=["script.lua"],  # from the folder of the configuration
    )


def fill(folder):
    for n, (modality, station) in enumerate((("CT", "CT1"), ("CT", "CT2"), ("MR", "MR1"), ("MR", "CT1"))):
        step = {"Modality": modality, "ScheduledStationAETitle": station}
        worklists.write(folder, f"{n}.wl", step, PatientID=f"P{n}", AccessionNumber=f"A{n}", PatientName=f"Müller^{n}",
                        SpecificCharacterSet="ISO_IR 192")


QUERY = ("PatientID", "PatientName", ".Modality", ".ScheduledStationAETitle")


def seen(found):
    """What a device gets: status, and each answer whole but for the character set, which the servers choose differently."""
    answers = []
    for dataset in found.datasets:
        dataset.pop("SpecificCharacterSet", None)
        answers.append(dataset.to_json())
    return found.statuses[-1] & 0xF000, sorted(answers)


@pytest.mark.parametrize("script", [STATION, ADD, REMOVE, EMPTY, NOTHING, NONE])
def test_the_same_as_in_orthanc(mwl, tmp_path, folder, script):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, script))
    plain = mwl(folder)
    changed = False
    for plugin in (hosts.SAMPLE, hosts.PLUGIN):  # Debian's own, and ours: there Orthanc runs the script
        host = hosts.Host(
            tmp_path / os.path.basename(plugin), [plugin], hosts.section(folder), LuaScripts=[str(tmp_path / "script.lua")]
        )
        try:
            for calling in ("CT1", "MR1"):
                ours = seen(peers.findscu(server.port, *QUERY, calling=calling))
                assert ours == seen(peers.findscu(host.port, *QUERY, calling=calling)), (plugin, calling)
                changed |= ours != seen(peers.findscu(plain.port, *QUERY, calling=calling))
        finally:
            host.kill()
    assert changed == (script != NONE)


def test_the_station_is_the_callers(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, STATION))
    for calling, patients in (("CT1", ["P0", "P3"]), ("MR1", ["P2"]), ("US1", [])):
        assert sorted(peers.findscu(server.port, *QUERY, calling=calling).values("PatientID")) == patients


MISCHIEF = """
function IncomingWorklistRequestFilter(query, origin)
  local who = origin.RemoteAet
  if who == 'LOOP' then while true do end end
  if who == 'CATCH' then while true do pcall(function() while true do end end) end end
  if who == 'STRING' then return string.rep('x', 10 * 1024 * 1024 * 1024) end
  if who == 'DOUBLE' then local s = 'x' while true do s = s .. s end end
  if who == 'ERROR' then error('on purpose') end
  if who == 'KEY' then query['PatientName'] = '' end
  if who == 'VALUE' then query['0010,0010'] = true end
  if who == 'ITEM' then query['0040,0100'] = { 'CT' } end
  if who == 'CYCLE' then query['0040,0100'][1]['0040,0100'] = query['0040,0100'] end
  if who == 'FILE' then io.open('/etc/passwd') end
  if who == 'SHELL' then os.execute('true') end
  if who == 'LOAD' then load('x = 1')() end
  return query
end
"""
WORDS = {
    "LOOP": "(?:took|takes) longer than LuaTimeout",
    "CATCH": "(?:took|takes) longer than LuaTimeout",
    "STRING": "resulting string too large|not enough memory",
    "DOUBLE": "not enough memory",
    "ERROR": "script.lua:8: on purpose",
    "KEY": 'no "gggg,eeee"',
    "VALUE": r"\(0010,0010\) is a boolean",
    "ITEM": r"\(0040,0100\) is a sequence, and item 1 of it no table",
    "CYCLE": "more than 16 sequences inside each other",
    "FILE": "attempt to index a nil value",
    "SHELL": "attempt to call a nil value",
    "LOAD": "attempt to call a nil value",
}


def test_a_script_that_misbehaves_costs_its_own_query(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, MISCHIEF))
    for calling, words in WORDS.items():
        found = peers.findscu(server.port, *QUERY, calling=calling)
        assert (found.statuses, found.datasets) == ([0xC000], []), calling
        server.says(f"{calling} at 127.0.0.1: the script failed, and the query is refused: .*({words})")
        assert len(peers.findscu(server.port, *QUERY).datasets) == 4


ENDLESS = """
function IncomingWorklistRequestFilter(query, origin)
  local n = tonumber(origin.RemoteAet)
  if n then string.find(string.rep('a', n), '^' .. string.rep('a-', 8) .. 'b') end
  return query
end
"""


def test_an_endless_search_holds_up_nobody_else(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, ENDLESS), "--control", tmp_path / "control")
    began = time.monotonic()
    assert peers.findscu(server.port, *QUERY, calling="38").statuses == [0xC000]  # some seconds
    assert time.monotonic() - began < peers.patience(5)
    server.says("38 at 127.0.0.1: the script failed, and the query is refused: it takes longer than LuaTimeout")
    server.well()
    began = time.monotonic()
    if peers.findscu(server.port, *QUERY).statuses == [0xC000]:
        assert time.monotonic() - began < peers.patience(5)
        server.says("the script is still busy with a query that took longer than LuaTimeout")
    server.well()
    assert len(peers.records("--socket", tmp_path / "control")) >= 4
    peers.eventually(lambda: len(peers.findscu(server.port, *QUERY).datasets) == 4, "the script's return", 120)


def test_an_endless_search_holds_up_no_stop_and_no_reload(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, ENDLESS))
    waiting = server.connect(calling="60")  # for hours
    waiting.ask(raw.keys(PatientID=""))
    behind = server.connect(calling="CT1")
    behind.ask(raw.keys(PatientID=""))
    behind.close()
    server.reload()
    assert len(peers.findscu(server.port, *QUERY).datasets) == 4  # in a state of its own
    waiting.close()
    with server.connect(calling="60") as another:
        another.ask(raw.keys(PatientID=""))
        server.well()
        server.stop()


def test_what_is_left_when_the_device_goes(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, MISCHIEF))
    for how in ("release", "close", "cancel"):
        client = server.connect(calling="LOOP")
        message = client.ask(raw.keys(PatientID=""))
        if how == "cancel":
            client.cancel(message)
            assert client.answers(message).status == 0xFE00
        client.release() if how == "release" else client.close()
    assert len(peers.findscu(server.port, *QUERY).datasets) == 4


def test_errors_are_ignored_where_that_is_wanted(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, MISCHIEF, LuaOnError="ignore"))
    assert len(peers.findscu(server.port, *QUERY, calling="ERROR").datasets) == 4
    server.says("the query is answered as if there were none")


WRONG = {
    "syntax": ("function (", "script.lua:1: "),
    "error": ("error('no')", "script.lua:1: no"),
    "loop": ("while true do end", "LuaTimeout"),
    "memory": ("x = string.rep('x', 10 * 1024 * 1024 * 1024)", "not enough memory|resulting string too large"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_script_that_is_wrong_costs_queries_until_it_is_mended(mwl, tmp_path, folder, name):
    script, words = WRONG[name]
    fill(folder)
    config = config_of(tmp_path, folder, script)
    code, out, error = peers.run_mwl("serve", "--check", config)
    assert code == 1 and re.search(words, error)
    server = mwl(config)
    server.says(f"LuaScripts: .*({words}).*: every worklist query is refused until that is mended")
    for _ in range(2):
        assert peers.findscu(server.port, *QUERY).statuses == [0xC000]
        server.well()
    server.says(f"FINDSCU at 127.0.0.1: the script failed, and the query is refused: .*({words})")
    (tmp_path / "new.lua").write_text(EMPTY)
    os.rename(tmp_path / "new.lua", tmp_path / "script.lua")
    found = peers.findscu(server.port, *QUERY)
    assert (found.statuses, found.datasets) == ([0], [])  # without a restart, without a signal
    server.says("the scripts are mended")


def test_a_script_that_is_not_there_is_told_at_start(tmp_path, folder):
    config = config_of(tmp_path, folder, NONE)
    (tmp_path / "script.lua").unlink()
    code, out, error = peers.run_mwl("serve", "--listen", "127.0.0.1:0", config)
    assert code == 1 and "script.lua" in error


# Three seconds and more, by machine, in which nobody can stop it.
HANGS_AT_LOAD = "string.find(string.rep('a', 42), '^' .. string.rep('a-', 8) .. 'b') " + NONE


def test_scripts_that_hang_while_they_are_read_hold_up_nobody_else(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, HANGS_AT_LOAD))
    server.says("LuaScripts: they take longer than LuaTimeout to be read")
    server.well()
    assert peers.findscu(server.port, *QUERY).statuses == [0xC000]
    server.well()
    (tmp_path / "script.lua").write_text(NONE)
    peers.eventually(lambda: len(peers.findscu(server.port, *QUERY).datasets) == 4, "the script's return", 120)
    (tmp_path / "script.lua").write_text(HANGS_AT_LOAD)
    server.reload()
    server.says("not reloaded, all stays as it was: LuaScripts: they take longer than LuaTimeout")
    assert len(peers.findscu(server.port, *QUERY).datasets) == 4


def test_scripts_without_a_filter_are_told(mwl, tmp_path, folder):
    mwl(config_of(tmp_path, folder, EMPTY.replace("IncomingWorklistRequestFilter", "IncomingWorklistRequestFilte"))).says(
        "LuaScripts: no script has the function IncomingWorklistRequestFilter or OutgoingWorklistAnswerFilter"
    )


def test_print_goes_to_the_log(mwl, tmp_path, folder):
    fill(folder)
    script = """
    function IncomingWorklistRequestFilter(query, origin)
      print('hello', 1, nil)
      PrintRecursive(query['0040,0100'])
      return query
    end
    """
    server = mwl(config_of(tmp_path, folder, script))
    peers.findscu(server.port, ".Modality=CT")
    server.says(r"Lua says: hello, 1, nil\n")
    server.says(r"Lua says:  \[1\] \[0008,0060\], string, CT\n")


def test_a_reload_reads_the_scripts_again(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, EMPTY))
    assert not peers.findscu(server.port, *QUERY).datasets
    config_of(tmp_path, folder, NONE)
    server.reload()
    assert len(peers.findscu(server.port, *QUERY).datasets) == 4
    config_of(tmp_path, folder, "function (")
    server.reload()  # stays as it was
    assert len(peers.findscu(server.port, *QUERY).datasets) == 4


ANSWERS = """
function OutgoingWorklistAnswerFilter(answer, query, origin)
  if answer['0010,0020'] == 'P0' then return nil end
  if answer['0010,0020'] == 'P1' and origin.RemoteAet == 'BAD' then error('on purpose') end
  if answer['0010,0020'] == 'P1' and origin.RemoteAet == 'LOOP' then while true do end end
  answer['0040,0100'][1]['0040,0007'] = 'for ' .. origin.RemoteAet .. ', who asks for ' .. query['0010,0010']
  answer['0010,0010'] = string.upper(answer['0010,0010'])
  return answer
end
"""


def test_answers_go_through_a_script(mwl, tmp_path, folder):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, ANSWERS))
    found = peers.findscu(server.port, "PatientID", "PatientName=M*", ".Modality", calling="CT1")
    assert sorted(found.values("PatientID")) == ["P1", "P2", "P3"] and found.statuses[-1] == 0
    assert set(found.steps("ScheduledProcedureStepDescription")) == {"for CT1, who asks for M*"}
    assert all(str(name).startswith("M") and str(name)[2:] == str(name)[2:].upper() for name in found.values("PatientName"))


@pytest.mark.parametrize("calling, words", [("BAD", "on purpose"), ("LOOP", "LuaTimeout")])
def test_an_answer_whose_script_fails_ends_the_query(mwl, tmp_path, folder, calling, words):
    fill(folder)
    server = mwl(config_of(tmp_path, folder, ANSWERS))
    found = peers.findscu(server.port, "PatientID", "PatientName=M*", ".Modality", calling=calling)
    assert found.statuses[-1] == 0xC000 and "P1" not in found.values("PatientID")
    server.says(f"{calling} at 127.0.0.1: the script failed, and the query ends: .*{words}")
    server.well()
    assert len(peers.findscu(server.port, "PatientID", "PatientName=M*", ".Modality").datasets) == 3


def test_many_answers_through_a_script(mwl, tmp_path, folder):
    worklists.crowd(folder, 4)  # 1,024 entries
    server = mwl(config_of(tmp_path, folder, "function OutgoingWorklistAnswerFilter(answer) return answer end"))
    plain = mwl(folder)
    with server.connect() as ours, plain.connect() as other:
        query = worklists.everything()
        assert sorted(ours.find(query).identifiers) == sorted(other.find(query).identifiers)
        message = ours.ask(query)
        ours.cancel(message)
        assert ours.answers(message).status in (0xFE00, 0)
        message = ours.ask(query)
    server.well()


def test_the_scripts_of_the_page(mwl, tmp_path, folder):
    page = (Path(__file__).resolve().parents[2] / "docs" / "SCRIPTS.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```lua\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    fill(folder)
    server = mwl(config_of(tmp_path, folder, "\n".join(blocks)))
    found = peers.findscu(server.port, *QUERY, ".ScheduledProcedureStepDescription", "0040,1003", calling="CT1")
    assert sorted(found.values("PatientID")) == ["P0", "P3"]
    assert set(found.steps("ScheduledProcedureStepDescription")) == {"CT head plain ROUTINE"}
