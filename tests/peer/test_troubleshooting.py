"""docs/TROUBLESHOOTING.md: each command prints what stands below it."""

import re
import subprocess
from pathlib import Path

import peers

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "TROUBLESHOOTING.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```sh\n(.*?)^```\n```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CONFIG = re.search(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL).group(1)


def test_each_command_prints_what_the_page_says(mwl, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "mwl").symlink_to(peers.BINARY)
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    (tmp_path / "mwl.json").write_text(CONFIG)
    server = mwl("mwl.json", cwd=tmp_path)
    closed = peers.free_port()
    environment = {**peers.environment(), "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    assert len(STEPS) >= 7
    for command, expected in STEPS:
        here = command.replace("4242", str(server.port)).replace("4243", str(closed))
        done = subprocess.run(
            ["sh", "-c", here], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=peers.patience(60)
        )
        assert done.stdout.decode().replace(str(closed), "4243") == expected, command
