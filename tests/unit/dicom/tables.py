"""tables.py refuses tables that cannot be right, and says on which line."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

TABLES = sys.argv.pop(1)
TAGS = 'tag,vr,vm,keyword,name,retired\n'
UIDS = 'uid,name,type,info,retired,keyword,dcmtk_name\n'


class Tables(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / 'vr.def').write_text("VR(PN, 1, ' ', 0)\nVR(US, 2, 0, 0)\n")

    def run_on(self, command, text, *more):
        (self.folder / 'in.csv').write_text(text)
        return subprocess.run([sys.executable, TABLES, command, 'in.csv', *more, 'out.h', 'rows.h'],
                              cwd=self.folder, capture_output=True, text=True)

    def refused(self, command, text, message, *more):
        done = self.run_on(command, text, *more)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(message, done.stderr)
        self.assertFalse((self.folder / 'rows.h').exists())

    def test_takes_good_rows(self):
        done = self.run_on('dictionary', TAGS + "00100010,PN,1,PatientName,Patient's Name,\n60xx0010,US,1,Rows,Rows,1\n",
                           'vr.def')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertIn("#define TAG_PatientName 0x00100010u /* Patient's Name, PN, 1 */",
                      (self.folder / 'out.h').read_text())
        self.assertIn('0xFF00FFFFu', (self.folder / 'rows.h').read_text())

    def test_refuses_bad_dictionary(self):
        good = "00100010,PN,1,PatientName,Patient's Name,\n"
        for row, message in [
                ('00100010,PN,1,Other,Other,\n', 'in.csv:3: 00100010 is already at in.csv:2'),
                ('00100011,PN,1,PatientName,Other,\n', 'in.csv:3: PatientName is already at in.csv:2'),
                ('00100011,XX,1,Other,Other,\n', "in.csv:3: 'XX' is no VR"),
                ('00100011,PN or XX,1,Other,Other,\n', "in.csv:3: 'XX' is no VR"),
                ('0010001,PN,1,Other,Other,\n', "'0010001' is no tag"),
                ('00100011,PN,n,Other,Other,\n', "'n' is no value multiplicity"),
                ('00100011,PN,1,Other,Other\n', 'not 6 columns'),
                ('00100011,PN,1,Other,Other,,\n', 'not 6 columns')]:
            with self.subTest(row):
                self.refused('dictionary', TAGS + good + row, message, 'vr.def')

    def test_refuses_bad_uids(self):
        good = '1.2.840.10008.1.1,Verification,SOP Class,,,Verification,\n'
        for row, message in [
                (good, 'in.csv:3: 1.2.840.10008.1.1 is already at in.csv:2'),
                ('1.2.03,Name,T,,,K,\n', "'1.2.03' is no UID"),
                ('1.' + '2' * 63 + ',Name,T,,,K,\n', 'longer than 64')]:
            with self.subTest(row):
                self.refused('uids', UIDS + good + row, message)


unittest.main()
