"""charsets.py refuses tables that cannot be right, and says on which line."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHARSETS, CSV = sys.argv[1:3]
del sys.argv[1:3]
HEAD = ('defined_term,description,table,code_extensions,g0_iso_ir,g1_iso_ir,esc_g0,esc_g1,bytes_per_char,'
        'glibc_iconv,notes\n')
ASCII = 'ISO 2022 IR 6,,C.12-3,yes,6,,ESC ( B = 1B 28 42,,1,ANSI_X3.4-1968,\n'
GOOD = ASCII + 'ISO 2022 IR 100,,C.12-3,yes,6,100,ESC ( B = 1B 28 42,ESC - A = 1B 2D 41,1,ISO-8859-1,\n'


class Charsets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_on(self, path):
        return subprocess.run([sys.executable, CHARSETS, path, 'names.h', 'rows.h', 'maps.h'],
                              cwd=self.folder, capture_output=True, text=True)

    def refused(self, rows, message):
        (self.folder / 'in.csv').write_text(HEAD + rows)
        done = self.run_on('in.csv')
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(message, done.stderr)
        self.assertFalse((self.folder / 'rows.h').exists())

    def test_takes_what_is_there(self):
        done = self.run_on(CSV)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        rows = (self.folder / 'rows.h').read_text()
        for row in ['[SET_ISO_IR_13] = { "ISO_IR 13", "ISO 2022 IR 13", CODING_ISO_2022, GRAPHIC_ISO_IR_14, '
                    'GRAPHIC_ISO_IR_13 },',
                    '[SET_GBK] = { "GBK", NULL, CODING_GBK, GRAPHIC_ISO_IR_6, GRAPHIC_NONE },',
                    '[SET_WINDOWS_1251] = { NULL, NULL, CODING_WINDOWS_1251, GRAPHIC_ISO_IR_6, GRAPHIC_NONE },',
                    '[GRAPHIC_ISO_IR_159] = { "$(D", 0, 2 },',
                    '{ "ISO 2022 58", SET_ISO_IR_58, 1, 1 },']:
            self.assertIn(row, rows)

    def test_refuses_bad_rows(self):
        for row, message in [
                (ASCII, 'in.csv:4: ISO 2022 IR 6 is already at in.csv:2'),
                ('iso_ir 101,,C.12-2,no,6,101,,,1,ISO-8859-2,\n', "'iso_ir 101' is no defined term"),
                ('ISO_IR 101,,C.12-2,maybe,6,101,,,1,ISO-8859-2,\n', "'maybe' is no yes or no"),
                ('ISO_IR 101,,C.12-6,no,6,101,,,1,ISO-8859-2,\n', "'C.12-6' is no table"),
                ('ISO_IR 101,,C.12-2,no,6,six,,,1,ISO-8859-2,\n', "'6six' is no ISO registration number"),
                ('ISO_IR 101,,C.12-2,no,6,101,,,1,ISO-8859-2\n', 'not 11 columns'),
                ('ISO_IR 1,,C.12-5,no,,,,,1-4,UTF-7,\n', "'UTF-7' of '1-4' bytes is no known coding"),
                ('ISO 2022 IR 101,,C.12-3,yes,6,101,,ESC - B,1,ISO-8859-2,\n', "'ESC - B' is no escape sequence"),
                ('ISO 2022 IR 101,,C.12-3,yes,6,101,,ESC - B = 1B 2D 41,1,ISO-8859-2,\n', 'differ from its characters'),
                ('ISO 2022 IR 101,,C.12-3,yes,6,100,,ESC - B = 1B 2D 42,1,ISO-8859-2,\n', 'ISO-IR 100 is'),
                ('ISO_IR 101,,C.12-2,no,6,101,,,1,ISO-8859-2,\n', 'no escape sequence for ISO-IR 101')]:
            with self.subTest(row):
                self.refused(GOOD + row, message)


unittest.main()
