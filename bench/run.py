#!/usr/bin/python3
"""mwl beside other worklist servers, in one run on one machine, over the same generated folders.

    bench/run.py [--quick] [--into FOLDER]

Prints what it measures while it goes, and leaves results.md and plots (SVG) in the folder, bench/results if none is
given. The client is `mwl bench query`, which counts the answers; the floor is `mwl bench floor`. The programs are those of
build/, or beside what MWL names.
"""

import argparse
import contextlib
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))

import plot  # noqa: E402
import servers  # noqa: E402

peers = servers.peers
PEERS = [name for name in servers.SERVERS if name != "mwl"]
BYS = ["selective", "patient", "accession", "name", "plain", "all"]
SEED = 1
EVERYWHERE = os.sched_getaffinity(0)
LAST = {max(EVERYWHERE)}  # the processor that `mwl bench --apart` leaves to the server


class Table:
    """Rows for people: printed at once, kept for the page."""

    def __init__(self, page, title, *columns):
        self.page, self.columns = page, columns
        page.append(f"\n## {title}\n\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
        print(f"\n{title}\n" + "  ".join(f"{column:>14}" for column in columns), flush=True)

    def row(self, *cells):
        self.page.append("| " + " | ".join(map(str, cells)) + " |")
        print("  ".join(f"{cell!s:>14}" for cell in cells), flush=True)


def us(value):
    return f"{value:.1f} µs" if value < 1e3 else f"{value / 1e3:.2f} ms" if value < 1e6 else f"{value / 1e6:.2f} s"


def ratio(value, base):
    return f"{value / base:.2f}" if value < 100 * base else f"{value / base:,.0f}"


def numbers(text):
    return {name: float(value) for name, value in (line.split() for line in text.splitlines())}


def bench(what, server, folder, by="selective", count=2000, seconds=1, clients=1, fresh=False, apart=False):
    """What `mwl bench` prints, as numbers; None after saying why, if it failed."""
    like = [] if by in ("all", "echo") else ["--like", folder.like]
    done = subprocess.run(
        [peers.BINARY, "bench", what, "--by", by, *like, "-n", str(count), "--seconds", str(seconds)]
        + ["-c", str(clients), *(["--fresh"] if fresh else []), *(["--apart"] if apart else []), f"127.0.0.1:{server.port}"],
        capture_output=True,
        text=True,
        timeout=1200,
    )
    if done.returncode:
        print(f"    {what} {by}: {done.stderr.strip()}", flush=True)
        return None
    return numbers(done.stdout)


class Folder:
    """Generated worklists, read once so that they are cached; `like` is one whose patient has a name in plain letters."""

    def __init__(self, root, count):
        self.path, self.count = root / f"worklists-{count}", count
        subprocess.run([peers.BINARY, "bench", "generate", "-n", str(count), "--seed", str(SEED), self.path], check=True)
        (self.path / "lockfile").touch()
        first = min(count, 50)
        self.like = next(
            str(path)
            for path in (self.path / f"{number:08d}.wl" for number in range(first // 2, first))
            if not any(term in path.read_bytes() for term in (b"ISO_IR", b"ISO 2022", b"GB18030"))
        )

    def read(self):
        """Seconds in which cat(1) reads every file in the order of their inodes, those of a loop that does no more than open,
        read once and close, and their bytes."""
        entries = sorted(os.scandir(self.path), key=lambda entry: entry.inode())
        start = time.perf_counter()
        names = b"\0".join(os.fsencode(entry.path) for entry in entries)
        subprocess.run(["xargs", "-0", "cat"], input=names, stdout=subprocess.DEVNULL, check=True)
        cat, start, total = time.perf_counter() - start, time.perf_counter(), 0
        for entry in entries:
            fd = os.open(entry.path, os.O_RDONLY)
            total += len(os.read(fd, 1 << 16))
            os.close(fd)
        return cat, time.perf_counter() - start, total


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return (
        f"{model}, {os.cpu_count()} processors, {memory:.0f} GiB, Linux {platform.release()}; "
        f"load average {os.getloadavg()[0]:.1f} when it began, {time.strftime('%Y-%m-%d')}"
    )


def place(server, clients):
    """One client and its server have a processor each, more run where they like. True if it is one: the client is `apart`."""
    servers.keep_on(server, LAST if clients == 1 else EVERYWHERE)
    return clients == 1


def measure_mwl(folder, root, page, medians):
    """This server alone: every kind of query beside the floor of the same bytes."""
    server = servers.start("mwl", root / f"mwl-{folder.count}", folder.path)
    columns = "query", "clients", "answers", "median", "p99", "floor", "of floor", "answers/s"
    table = Table(page, f"mwl, {folder.count:,} worklists", *columns)
    # of a million, what takes long is asked by one client alone
    crowds = [by for by in BYS if folder.count < 1000000 or by not in ("plain", "all")]
    kinds = [("echo", 1, False), *((by, 1, fresh) for fresh in (False, True) for by in BYS)]
    kinds += [(by, clients, fresh) for clients in (8, 64) for fresh in (False, True) for by in crowds]
    try:
        for by, clients, fresh in kinds:
            apart = place(server, clients)
            got = bench("query", server, folder, by, clients=clients, fresh=fresh, apart=apart)
            floor = bench("floor", server, folder, by, clients=clients, fresh=fresh, apart=apart)
            if got and floor:
                name = by + (", new association" if fresh else "")
                medians[("mwl", folder.count, by, clients, fresh)] = got["median_us"]
                medians[("floor", folder.count, by, clients, fresh)] = floor["median_us"]
                times = [us(value) for value in (got["median_us"], got["p99_us"], floor["median_us"])]
                of_floor = ratio(got["median_us"], floor["median_us"])
                table.row(name, clients, int(got["answers"]), *times, of_floor, f"{got['answers_per_s']:,.0f}")
    finally:
        server.kill()


def measure_together(folder, root, page):
    """Both ends on one processor, where waking the other one costs next to nothing and all that is done counts in full."""
    table = Table(page, f"Both ends on one processor, {folder.count:,} worklists", "query", "median", "floor", "of floor")
    server = servers.start("mwl", root / "together", folder.path)
    try:
        servers.keep_on(server, LAST)
        os.sched_setaffinity(0, LAST)
        for by in ("echo", "selective", "accession"):
            got, floor = (bench(what, server, folder, by)["median_us"] for what in ("query", "floor"))
            table.row(by, us(got), us(floor), ratio(got, floor))
    finally:
        os.sched_setaffinity(0, EVERYWHERE)
        server.kill()


def measure_pass(folder, page, medians):
    """A query that no index helps, beside adding up the same bytes in memory."""
    done = subprocess.run([peers.BINARY, "bench", "pass", folder.path], capture_output=True, text=True, check=True)
    passed, plain = numbers(done.stdout), medians.get(("mwl", folder.count, "plain", 1, False))
    table = Table(page, f"An attribute without an index, {folder.count:,} worklists", "bytes", "pass", "query", "of pass")
    if plain:
        mib, least = f"{passed['bytes'] / (1 << 20):.1f} MiB", passed["median_us"]
        table.row(mib, us(least), us(plain), ratio(plain, least))


def meanwhile(what, *arguments):
    """Runs a function again and again on a thread while the block runs."""
    ended = threading.Event()

    def run():
        while not ended.is_set():
            what(*arguments)

    thread = threading.Thread(target=run)

    @contextlib.contextmanager
    def block():
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    return block()


def measure_turns(folder, root, page):
    """How long an echo waits on the one worker whose other client has it look at everything."""
    title = f"A C-ECHO on one worker, {folder.count:,} worklists"
    table = Table(page, title, "meanwhile", "median", "p99", "longest")
    server = servers.start("mwl", root / "turns", folder.path, workers=1)
    try:
        servers.keep_on(server, LAST)
        os.sched_setaffinity(0, EVERYWHERE - LAST or LAST)
        quiet = bench("query", server, folder, "echo", count=100000, seconds=3)
        with meanwhile(bench, "query", server, folder, "plain", 100):
            busy = bench("query", server, folder, "echo", count=100000, seconds=3)
        for name, got in (("nothing", quiet), ("queries that no index helps", busy)):
            table.row(name, us(got["median_us"]), us(got["p99_us"]), us(got["max_us"]))
    finally:
        os.sched_setaffinity(0, EVERYWHERE)
        server.kill()


def read_slowly(server):
    """Everything, a few answers at a time, for as long as somebody else measures."""
    with servers.raw.connect(server.address, receive_buffer=4096) as client:
        client.ask(servers.raw.keys(PatientName=""))
        for _ in range(200):
            client.message()
            time.sleep(0.005)


def measure_slow_reader(folder, root, page):
    title = f"8 clients, selective query, {folder.count:,} worklists, and one that takes everything slowly"
    table = Table(page, title, "meanwhile", "median", "p99", "p99 of quiet")
    server = servers.start("mwl", root / "slow", folder.path)
    try:
        quiet = bench("query", server, folder, count=100000, seconds=3, clients=8)
        with meanwhile(read_slowly, server):
            busy = bench("query", server, folder, count=100000, seconds=3, clients=8)
        for name, got in (("nothing", quiet), ("a slow reader", busy)):
            table.row(name, us(got["median_us"]), us(got["p99_us"]), ratio(got["p99_us"], quiet["p99_us"]))
    finally:
        server.kill()


def measure_peers(folder, root, page, medians):
    """The others, with TCP_NODELAY=1; without it only where few messages are sent, for each takes 40 ms then."""
    columns = "server", "query", "clients", "answers", "median", "times mwl"
    table = Table(page, f"Others, {folder.count:,} worklists", *columns)
    big = folder.count >= 100000
    kinds = [("selective", 1, False), ("all", 1, False)] if big else [("echo", 1, False), *((by, 1, False) for by in BYS)]
    kinds += [] if big else [(by, 1, True) for by in (BYS if folder.count <= 1000 else ["selective"])]
    # an open association holds one of their few threads: many clients only with new ones, and only where a query is short
    kinds += [("selective", clients, True) for clients in (8, 64) if folder.count <= 1000]
    for name in PEERS:
        for nodelay in (True, False) if folder.count <= 1000 else (True,):
            scratch = root / f"{name}-{folder.count}-{nodelay}".replace(" ", "-")
            server = servers.start(name, scratch, folder.path, nodelay)
            wanted = kinds if nodelay else kinds[:2]
            try:
                for by, clients, fresh in wanted:
                    count = 3 if folder.count > 1000 else 100
                    apart = place(server, clients)
                    got = bench("query", server, folder, by, count=count, clients=clients, fresh=fresh, apart=apart)
                    ours = medians.get(("mwl", folder.count, by, clients, fresh))
                    if got and ours:
                        what = by + (", new association" if fresh else "")
                        if nodelay:
                            medians[(name, folder.count, by, clients, fresh)] = got["median_us"]
                        title = name if nodelay else f"{name}, as it comes"
                        times = us(got["median_us"]), ratio(got["median_us"], ours)
                        table.row(title, what, clients, int(got["answers"]), *times)
            finally:
                server.kill()


def measure_load(folder, root, table):
    """From start to readiness beside reading every file, and resident memory beside their bytes."""
    folder.read()
    cat, reading, total = folder.read()
    start = time.perf_counter()
    server = servers.start("mwl", root / f"load-{folder.count}", folder.path)
    loading = time.perf_counter() - start
    try:
        bench("query", server, folder, count=1)
        memory = servers.resident_bytes(server)
    finally:
        server.kill()
    mib = f"{total / (1 << 20):.1f} MiB", f"{memory / (1 << 20):.1f} MiB"
    times = f"{loading:.2f} s", f"{cat:.2f} s", ratio(loading, cat), f"{reading:.2f} s"
    table.row(f"{folder.count:,}", *times, *mib, ratio(memory, total))


def measure_workers(folder, root, page):
    title = f"CPU time of the server a selective query, {folder.count:,} worklists, 64 clients"
    table = Table(page, title, "workers", "CPU a query", "queries/s")
    for workers in (1, 2):
        server = servers.start("mwl", root / f"workers-{workers}", folder.path, workers=workers)
        try:
            bench("query", server, folder, count=10, clients=64)
            before = servers.cpu_seconds(server)
            got = bench("query", server, folder, count=500, seconds=10, clients=64)
            if got:
                spent = servers.cpu_seconds(server) - before
                table.row(workers, us(1e6 * spent / (got["requests"] + 64)), f"{got['requests_per_s']:,.0f}")
        finally:
            server.kill()


def replace_files(folder, rate, ended, done):
    """Rewrites entries, each under another name first and then renamed, so many a second."""
    begin, count = time.perf_counter(), 0
    while not ended.is_set():
        path = folder.path / f"{(count * 7919 + 1000) % folder.count:08d}.wl"
        hidden = path.with_name(".next.tmp")
        hidden.write_bytes(path.read_bytes())
        os.rename(hidden, path)
        count += 1
        time.sleep(max(0.0, begin + count / rate - time.perf_counter()))
    done.append(count / (time.perf_counter() - begin))


def measure_disturbed(folder, root, page):
    """Eight clients in quiet, then while files are replaced 1,000 times a second."""
    title = f"8 clients, selective query, {folder.count:,} worklists, and files that change"
    table = Table(page, title, "meanwhile", "median", "p99", "median of quiet")
    server = servers.start("mwl", root / "disturbed", folder.path)
    try:
        quiet = bench("query", server, folder, count=100000, seconds=3, clients=8)
        ended, done = threading.Event(), []
        writer = threading.Thread(target=replace_files, args=(folder, 1000, ended, done))
        writer.start()
        try:
            busy = bench("query", server, folder, count=100000, seconds=3, clients=8)
        finally:
            ended.set()
            writer.join()
        if quiet and busy:
            for name, got in (("nothing", quiet), (f"{done[0]:,.0f} files replaced a second", busy)):
                of_quiet = ratio(got["median_us"], quiet["median_us"])
                table.row(name, us(got["median_us"]), us(got["p99_us"]), of_quiet)
    finally:
        server.kill()


def draw(into, medians):
    names = ["mwl", *PEERS, "floor"]
    for by in ("selective", "all"):
        series = {name: [] for name in names}
        for (who, count, *kind), value in medians.items():
            if kind == [by, 1, False]:
                series[who].append((count, value))
        title = {"selective": "Modality, station and day: median", "all": "Every entry: median"}[by]
        (into / f"{by}.svg").write_text(plot.lines(title, {n: s for n, s in series.items() if s}), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="folders of 1,000 and 10,000 worklists only")
    parser.add_argument("--into", type=pathlib.Path, default=pathlib.Path(__file__).parent / "results")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    sizes = [1000, 10000] if given.quick else [10, 1000, 10000, 100000, 1000000]
    command = "./dev bench --quick" if given.quick else "./dev bench"
    page = [f"# Results of the bench\n\nWritten by `{command}`; docs/PERFORMANCE.md says what is measured.\n\n{machine()}"]
    medians, began = {}, time.monotonic()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="mwl-bench-"))
    try:
        loads = []
        for count in sizes:
            folder = Folder(scratch, count)
            measure_mwl(folder, scratch, page, medians)
            if count >= 10000:
                measure_pass(folder, page, medians)
            if count <= 100000:
                measure_peers(folder, scratch, page, medians)
            if count == min(100000, sizes[-1]):
                measure_workers(folder, scratch, page)
                measure_disturbed(folder, scratch, page)
                measure_slow_reader(folder, scratch, page)
                measure_turns(folder, scratch, page)
                measure_together(folder, scratch, page)
            loads.append(folder)
        columns = "worklists", "ready after", "cat", "of cat", "bare loop", "files", "resident", "of files"
        table = Table(page, "Start and memory", *columns)
        for folder in loads:
            if folder.count >= 1000:
                measure_load(folder, scratch, table)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    draw(given.into, medians)
    page.append("\n![Modality, station and day](selective.svg)\n\n![Every entry](all.svg)")
    (given.into / "results.md").write_text("\n".join(page) + "\n", encoding="utf-8")
    print(f"\n{time.monotonic() - began:.0f} s; written to {given.into}", flush=True)


if __name__ == "__main__":
    main()
