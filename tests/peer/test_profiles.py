"""Device profiles: which device has which, and what each option changes in what it gets (docs/PROFILES.md)."""

import datetime
import json
import re

import pytest

import peers
import raw
import worklists


@pytest.fixture
def profiled(mwl, folder, tmp_path):
    """profiled(rule, ..., limit=...): a server with these rules over `folder`."""

    def start(*rules, **section):
        return mwl(configure(tmp_path, folder, rules, **section))

    return start


def configure(tmp_path, folder, rules, **section):
    section = {"Enable": True, "Database": str(folder), "Profiles": list(rules), **section}
    return peers.configuration(tmp_path / "orthanc.json", section, DicomAlwaysAllowFindWorklist=True)


def ask(server, query, calling="CT1", **named):
    with server.client() as client:
        client.associate([(1, raw.WORKLIST, [raw.IMPLICIT])], calling=calling, **named)
        found = client.find(query)
        client.release()
        return found


def accession(server, step=None, calling="CT1"):
    """The accession numbers that a device gets which asks for such a step."""
    return sorted(ask(server, raw.keys(step, AccessionNumber=""), calling).values("AccessionNumber"))


EMPTY = raw.keys(AccessionNumber="", PatientComments="")


def has_profile(server, **named):
    """Whether empty attributes are left out for a device."""
    (answer,) = ask(server, EMPTY, **named).datasets
    return "PatientComments" not in answer


@pytest.mark.smoke
def test_conditions(profiled, folder):
    worklists.write(folder)
    server = profiled(
        {
            "Name": "the picky one",
            "CallingAet": "CT*",
            "ImplementationClassUid": "1.2.3",
            "ImplementationVersion": "V8*",
            "Address": "127.0.0.0/8",
            "OmitEmptyAttributes": True,
        },
        {"Address": "192.0.2.0/24", "OmitEmptyAttributes": True},
    )
    device = {"calling": "CT1", "implementation": "1.2.3", "implementation_version": "V8.1"}
    assert has_profile(server, **device)
    server.says(r"(?m)^I.* CT1 at 127\.0\.0\.1 has profile 1, \"the picky one\": OmitEmptyAttributes$")
    assert not has_profile(server, **{**device, "calling": "MR1"})
    assert not has_profile(server, **{**device, "implementation": "1.2.33"})
    assert not has_profile(server, **{**device, "implementation_version": ""})
    assert len(re.findall("has profile", server.whole_log())) == 1


def test_reload(profiled, folder, tmp_path):
    """A new association has the new rules; one that is open keeps the old."""
    worklists.write(folder)
    server = profiled({"CallingAet": "CT1", "OmitEmptyAttributes": True})
    with server.client() as client:
        client.associate([(1, raw.WORKLIST, [raw.IMPLICIT])], calling="CT1")
        configure(tmp_path, folder, [])
        server.reload()
        assert "PatientComments" not in client.find(EMPTY).datasets[0]
        client.release()
    assert not has_profile(server, calling="CT1")


def test_file_beside_the_configuration(profiled, folder, tmp_path):
    worklists.write(folder)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles/x.json").write_text('{ "Name": "X", "serve": { "OmitEmptyAttributes": true } }')
    server = profiled({"CallingAet": "CT1", "File": "profiles/x.json"})
    assert has_profile(server, calling="CT1")
    server.says(r"(?m)has profile 1, \"X\", of .*/profiles/x\.json: OmitEmptyAttributes$")


@pytest.mark.parametrize(
    "rule, said",
    [
        ({"CallingAet": "CT1", "OmitEmptyAttribute": True}, 'did you mean "'),
        ({"OmitEmptyAttributes": "yes"}, '"OmitEmptyAttributes" of rule 1 of "Profiles" is the string "yes"'),
        ({"StationAliases": ["CT2"]}, 'give that one by its "CallingAet"'),
        ({"File": "nowhere.json"}, "nowhere.json: cannot be read"),
    ],
)
def test_rules_that_are_refused(folder, tmp_path, rule, said):
    code, _, error = peers.run_mwl("serve", "--listen", "127.0.0.1:0", configure(tmp_path, folder, [rule]))
    assert code == 1 and said in error


def test_empty_code_items(profiled, folder):
    code = {"CodeValue": "A", "CodingSchemeDesignator": "99X", "CodeMeaning": "CT"}
    worklists.write(
        folder,
        step={"ScheduledProtocolCodeSequence": [item({"CodeMeaning": "only words"}), item(code)]},
        RequestedProcedureCodeSequence=[item({**code, "CodeValue": ""})],
        RequestedProcedureDescription=None,
    )
    server = profiled({"CallingAet": "DX1", "OmitEmptyCodeItems": True})
    codes = [item({"CodeValue": "", "CodingSchemeDesignator": "", "CodeMeaning": ""})]
    query = raw.keys({"ScheduledProtocolCodeSequence": codes}, RequestedProcedureCodeSequence=codes)
    (usual,) = ask(server, query, "CT1").datasets
    (picky,) = ask(server, query, "DX1").datasets
    assert len(usual.ScheduledProcedureStepSequence[0].ScheduledProtocolCodeSequence) == 2
    assert len(usual.RequestedProcedureCodeSequence) == 1
    (kept,) = picky.ScheduledProcedureStepSequence[0].ScheduledProtocolCodeSequence
    assert kept.CodeValue == "A"
    assert len(picky.RequestedProcedureCodeSequence) == 0


def item(values):
    return raw.keys(**values)


def test_limit_is_success(profiled, folder):
    for number in range(4):
        worklists.write(folder, f"{number}.wl", AccessionNumber=f"A{number}")
    server = profiled({"CallingAet": "US1", "LimitIsSuccess": True}, LimitAnswers=3)
    usual, picky = ask(server, EMPTY, "CT1"), ask(server, EMPTY, "US1")
    assert (usual.count, usual.status) == (3, raw.OUT_OF_RESOURCES) and "LimitAnswers" in usual.comment
    assert (picky.count, picky.status, picky.comment) == (3, raw.SUCCESS, None)
    server.says(r"(?m)^W.* US1 at 127\.0\.0\.1 gets only the first 3 answers.*LimitIsSuccess")


@pytest.fixture
def stations(folder):
    for title in ("CT1", "CT_OLD", "MR1", ""):
        worklists.write(folder, f"{title or 'none'}.wl", {"ScheduledStationAETitle": title}, AccessionNumber=title or "-")


@pytest.mark.parametrize("filtered", [False, True])
def test_station_aliases(profiled, stations, filtered):
    rule = {"CallingAet": "CT1", "StationAliases": ["CT_OLD"]}
    server = profiled(rule, FilterIssuerAet=filtered)
    both = ["CT1", "CT_OLD"]
    assert accession(server, {"ScheduledStationAETitle": "CT1"}) == both
    assert accession(server, {"ScheduledStationAETitle": "CT_OLD"}) == both
    assert accession(server, {"ScheduledStationAETitle": "MR1"}) == ([] if filtered else ["MR1"])
    assert accession(server) == (both if filtered else ["-", "CT1", "CT_OLD", "MR1"])
    # nobody else's
    assert accession(server, {"ScheduledStationAETitle": "CT1"}, "MR1") == ([] if filtered else ["CT1"])
    assert accession(server, {"ScheduledStationAETitle": "CT_OLD"}, "XX") == ([] if filtered else ["CT_OLD"])


@pytest.mark.parametrize("filtered", [False, True])
def test_entries_without_station(profiled, stations, filtered):
    rule = {"CallingAet": "CT1", "ShowEntriesWithoutStation": True}
    server = profiled(rule, FilterIssuerAet=filtered)
    assert accession(server, {"ScheduledStationAETitle": "CT1"}) == ["-", "CT1"]
    assert accession(server, {"ScheduledStationAETitle": "MR1"}) == (["-"] if filtered else ["-", "MR1"])
    assert accession(server, {"ScheduledStationAETitle": "MR1"}, "MR1") == ["MR1"]
    assert "XX" not in server.log() and accession(server, {"ScheduledStationAETitle": "XX"}, "XX") == []
    lines = re.findall(r"I.* (\S+) at 127\.0\.0\.1 is shown 1 entries that name no station.*, (\d+) by now", server.whole_log())
    assert lines == [("CT1", "1"), ("CT1", "2")]


def test_days(profiled, folder):
    """Three entries at noon of three days, so that the test may run over midnight: then one more is seen, or one less."""
    today = datetime.date.today()
    for days in (-40, -20, 0, 20, 40):
        date = (today + datetime.timedelta(days)).strftime("%Y%m%d")
        worklists.write(folder, f"{days}.wl", {"ScheduledProcedureStepStartDate": date}, AccessionNumber=f"{days}")
    worklists.write(folder, "never.wl", {"ScheduledProcedureStepStartDate": ""}, AccessionNumber="never")
    server = profiled(
        {"CallingAet": "CT1", "DaysBeforeToday": 30, "DaysAfterToday": 10},
        {"CallingAet": "CT2", "DaysBeforeToday": 10},
        {"CallingAet": "CT3", "DaysAfterToday": 30},
    )
    assert accession(server) == ["-20", "0"]
    assert accession(server, calling="CT2") == ["0", "20", "40"]
    assert accession(server, calling="CT3") == ["-20", "-40", "0", "20"]
    assert len(accession(server, calling="CT4")) == 6
    # what the device asks for still holds
    from_tomorrow = (today + datetime.timedelta(2)).strftime("%Y%m%d-")
    assert accession(server, {"ScheduledProcedureStepStartDate": from_tomorrow}) == []
    assert accession(server, {"ScheduledProcedureStepStartDate": from_tomorrow}, "CT3") == ["20"]


def test_printed_configuration_is_the_same(folder, tmp_path):
    """`mwl config` of rules with a file: one text that serves alike wherever it is saved."""
    (tmp_path / "x.json").write_text(json.dumps({"Name": "X", "serve": {"OmitEmptyAttributes": True}}))
    path = configure(tmp_path, folder, [{"CallingAet": "CT1", "File": "x.json", "DaysAfterToday": 1}])
    code, printed, error = peers.run_mwl("config", path)
    assert (code, error) == (0, "")
    (tmp_path / "elsewhere").mkdir()
    copy = tmp_path / "elsewhere/copy.json"
    copy.write_text(printed)
    assert peers.run_mwl("config", copy)[1] == printed
    assert re.search(r'"Name" : "X",\s+"CallingAet" : "CT1",\s+"OmitEmptyAttributes" : true,', printed)


def test_letters_that_the_device_has(profiled, folder):
    """AnswerCharacterSet and Transliterate: in the set that the rule says, whatever the device asks in; each use is counted."""
    name = "Жуков^Юрий=山田"
    worklists.write(folder, "a.wl", PatientName=name, PatientID="1", SpecificCharacterSet="ISO_IR 192")
    worklists.write(folder, "b.wl", PatientName="Müller^Eva", PatientID="2", SpecificCharacterSet="ISO_IR 100")
    server = profiled(
        {"CallingAet": "LATIN", "AnswerCharacterSet": "ISO_IR 100"},
        {"CallingAet": "ASCII", "AnswerCharacterSet": "ISO_IR 6", "Transliterate": True},
    )
    query = raw.keys(PatientName="", PatientID="", SpecificCharacterSet="ISO_IR 192")

    def names(calling):
        return {d.PatientID: (d.get("SpecificCharacterSet"), str(d.PatientName)) for d in ask(server, query, calling).datasets}

    assert names("OTHER") == {"1": ("ISO_IR 192", name), "2": ("ISO_IR 192", "Müller^Eva")}
    assert names("LATIN") == {"1": ("ISO_IR 192", name), "2": ("ISO_IR 100", "Müller^Eva")}
    assert names("ASCII") == {"1": (None, "Zhukov^Iurii"), "2": (None, "Muller^Eva")}
    server.says(r"ASCII at 127.0.0.1 is shown 2 entries in other letters \(Transliterate\), 2 by now")


def test_text_that_the_device_has_room_for(profiled, folder):
    worklists.write(folder, PatientAddress="Straße der Pariser Kommune 7", SpecificCharacterSet="ISO_IR 100")
    server = profiled({"CallingAet": "CT1", "MaximumLengths": {"PatientAddress": 5}})
    query = raw.keys(PatientAddress="", SpecificCharacterSet="ISO_IR 100")
    assert ask(server, query).values("PatientAddress") == ["Straß"]
    assert ask(server, query, "OTHER").values("PatientAddress") == ["Straße der Pariser Kommune 7"]
    server.says(r"CT1 at 127.0.0.1 is shown 1 entries with text that is cut \(MaximumLengths\), 1 by now")
