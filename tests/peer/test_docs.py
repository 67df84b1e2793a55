"""Pages of docs/ that say what the program says."""
import re
from pathlib import Path

import peers

ROOT = Path(__file__).resolve().parents[2]


def test_configuration_page_is_current():
    shown = re.search(r'^```json\n(.*?)^```$', (ROOT / 'docs/CONFIGURATION.md').read_text(), re.DOTALL | re.MULTILINE)
    code, printed, error = peers.run_mwl('config')
    assert (code, error) == (0, '')
    assert shown.group(1) == printed, 'docs/CONFIGURATION.md is out of date: run ./dev docs'
