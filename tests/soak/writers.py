"""Everything that happens to the folder, one thing after the other: the oracle is exact because there is one writer.

Several programs that write would be no different for the server, which sees one queue of events; for the oracle their order
would be a guess. What takes time -- a file that is written slowly, a folder that is away, a lockfile that is held -- goes on
while other changes are made."""

import fcntl
import os
import signal
import time

import asking
import entries
import oracle
import peers
import queries
import raw
import watch
import worklists

ENTRIES = 150
STORM = 20000  # the kernel queues 16,384 events


class Writer:
    def __init__(self, run, chance):
        self.run, self.chance, self.journal = run, chance, run.journal
        self.folder, self.aside, self.prepared = str(run.folder), str(run.path / "away"), str(run.path / "storm")
        self.version = 0  # of whatever is written next
        self.planted = []  # bad files that are there: (name, what kind)
        self.plants = 0
        self.writing = None  # (entry, version, file) that is open
        self.reloads = 0
        self.todo = list(self.RARE)
        self.client = None  # its own association, of the configuration that is in force
        self.alone = True  # that one, with no other left
        os.mkdir(self.prepared)
        for name, data in entries.storm(run.storm):
            with open(self.path(name, self.prepared), "wb") as file:
                file.write(data)

    # -- single changes

    def path(self, name, folder=None):
        return os.path.join(folder or self.folder, f"{name}.wl")

    def hidden(self, data):
        path = os.path.join(self.folder, ".written")
        with open(path, "wb") as file:
            file.write(data)
        return path

    def change(self, name, version):
        self.run.count("changes")
        return self.journal.change(name, version)

    def next(self):
        self.version += 1
        return self.version

    def any(self):
        """An entry that nobody is writing."""
        while True:
            name = entries.entry(self.chance.randrange(ENTRIES))
            if not self.writing or self.writing[0] != name:
                return name

    def renamed(self, name):
        version = self.next()
        hidden = self.hidden(entries.file(name, version, self.chance))
        with self.change(name, version):
            os.rename(hidden, self.path(name))

    def is_seen(self):
        """Whether all that was put so far has been read, by every configuration whose associations stand; not while the
        folder still counts as away. What is cut to nothing before it was read is lost to anybody, and no law says what is
        shown then."""
        if not self.alone:
            self.alone = watch.Figures(self.run.server.process).threads <= self.run.idle.threads
        if self.alone:
            if not self.client:
                self.client = asking.connect(self.run, self.chance, source="127.0.1.1")
            status = asking.take(self.run, self.client, asking.ask(self.client, queries.by_step(self.chance, self.run.some)))
            return status == raw.SUCCESS
        return False

    def in_place(self, name):
        """Opened, cut to nothing, written, closed: what was there stays until it is closed."""
        if not self.is_seen():
            self.renamed(name)
            return
        version = self.next()
        data = entries.file(name, version, self.chance)
        file = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        half = self.chance.randrange(len(data))
        os.write(file, data[:half])
        os.write(file, data[half:])
        with self.change(name, version):
            os.close(file)

    def linked(self, name):
        """A name that appears with the whole file behind it, and the other name goes."""
        version = self.next()
        hidden = self.hidden(entries.file(name, version, self.chance))
        if name in self.journal.now or os.path.lexists(self.path(name)):
            with self.change(name, None):
                os.unlink(self.path(name))
        with self.change(name, version):
            os.link(hidden, self.path(name))
        os.unlink(hidden)

    def delete(self):
        name = self.any()
        if os.path.lexists(self.path(name)):
            with self.change(name, None):
                os.unlink(self.path(name))

    def spoil(self):
        """A file that was good becomes one that is not: it may not be served on."""
        name = self.any()
        hidden = self.hidden(self.chance.choice(list(worklists.BAD.values())))
        with self.change(name, None):
            os.rename(hidden, self.path(name))
        self.run.count("spoilt")

    def put(self):
        self.chance.choice((self.renamed, self.renamed, self.in_place, self.linked))(self.any())

    def at_once(self):
        """A change, and a query for it right behind: there is one version that can be answered."""
        name = self.any()
        self.renamed(name)
        if self.client is None:
            self.client = asking.connect(self.run, self.chance, source="127.0.1.1")
        asking.take(self.run, self.client, asking.ask(self.client, queries.by_patient(self.chance, lambda _: (name, self.version))))

    def moved(self):
        """Another name for the same file, which is no longer a worklist and then is again."""
        name = self.any()
        version = self.journal.now.get(name)
        if version is None:
            return
        away = os.path.join(self.folder, f"{name}.off")
        with self.change(name, None):
            os.rename(self.path(name), away)
        with self.change(name, version):
            os.rename(away, self.path(name))

    # -- what takes time

    def begin_writing(self):
        """A file that stays open for some changes."""
        if self.writing:
            self.end_writing()
            return
        if not self.is_seen():
            return
        name, version = self.any(), self.next()
        data = entries.file(name, version, self.chance)
        file = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        half = self.chance.randrange(len(data))
        os.write(file, data[:half])
        self.writing = (name, version, file, data[half:])

    def end_writing(self):
        """Before whatever makes the server read the folder anew: it would find half a file, whose last version it cannot know."""
        if self.writing:
            name, version, file, rest = self.writing
            os.write(file, rest)
            with self.change(name, version):
                os.close(file)
            self.writing = None

    def burst(self):
        for _ in range(self.chance.randrange(50, 200)):
            self.chance.choice((self.put, self.put, self.put, self.delete))()
        self.run.count("bursts")

    def lock(self):
        """The lockfile of wlmscpfs: who asks meanwhile waits, and gets what was written under it."""
        with open(os.path.join(self.folder, "lockfile"), "wb") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            for _ in range(self.chance.randrange(1, 10)):
                self.renamed(self.any())
                self.run.over.wait(0.02)
        self.run.count("times the lockfile was held")

    def leave(self):
        if self.client:
            self.client.release()
            self.client = None

    def reload(self):
        self.end_writing()
        self.leave()
        self.alone = False
        kind = self.chance.choice(("same", "other", "broken"))
        self.reloads += 1
        if kind == "broken":
            self.run.config.write_text("{ broken")
        elif kind == "other":
            self.run.configure(self.reloads)
        before = self.run.tail.reloads
        self.run.server.process.send_signal(signal.SIGHUP)
        self.run.tail.until(lambda tail: tail.reloads > before, "a line about the reload")
        if kind == "broken":
            self.run.configure(self.reloads)
        self.run.count("reloads")

    def away(self):
        """The folder goes and comes back, changed or not."""
        self.end_writing()
        with self.change(oracle.FOLDER, True):
            os.rename(self.folder, self.aside)
        self.ask(queries.everything, raw.OUT_OF_RESOURCES)
        name = self.any()
        if self.chance.randrange(2) and os.path.lexists(self.path(name, self.aside)):
            with self.change(name, None):
                os.unlink(self.path(name, self.aside))
        self.run.over.wait(self.chance.random() * 0.5)
        with self.change(oracle.FOLDER, None):
            os.rename(self.aside, self.folder)
        self.run.count("times the folder was away")

    def storm(self):
        """More events than the kernel queues, while the server is stopped: they are lost, and a rescan must find everything."""
        self.end_writing()
        for source, target, version in ((self.prepared, self.folder, 0), (self.folder, self.prepared, None)):
            self.run.server.process.send_signal(signal.SIGSTOP)
            for number in range(self.run.storm):
                name = entries.crowd(number)
                with self.journal.change(name, version):
                    os.rename(self.path(name, source), self.path(name, target))
            self.run.server.process.send_signal(signal.SIGCONT)
            self.run.count("changes", self.run.storm)
            self.ask(lambda _, __: queries.crowd())
        self.run.count("storms")

    def ask(self, make, status=None):
        """A query of its own, in the place where it matters."""
        client = asking.connect(self.run, self.chance, source="127.0.1.1")
        got = asking.take(self.run, client, asking.ask(client, make(self.chance, self.run.some)))
        if status is not None and got != status:
            raise asking.Wrong(f"status {got:04X}, and not {status:04X}")
        client.release()

    # -- bad files

    def plant(self):
        """A file that can never be served, under a name of its own; it stays until the log has said why."""
        kind = self.chance.choice((*worklists.BAD, "fifo", "link", "folder", "secret", "directory"))
        name = f"bad-{self.plants}.wl"
        path = os.path.join(self.folder, name)
        self.plants += 1
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "link":
            os.symlink("nowhere", path)
        elif kind == "folder":
            os.symlink("/", path)
        elif kind == "directory":
            os.mkdir(path)
        else:
            hidden = self.hidden(worklists.GOOD if kind == "secret" else worklists.BAD[kind])
            if kind == "secret":
                os.chmod(hidden, 0)
            os.rename(hidden, path)
        self.planted.append((name, kind))
        if kind != "directory":  # no file, so not one that could be set aside: it is passed over
            self.run.tail.expected.add(name)
            self.run.count("bad files planted")
        if len(self.planted) > 20:
            self.weed(5)

    def weed(self, count):
        for name, kind in self.planted[:count]:
            path = os.path.join(self.folder, name)
            if kind == "directory":
                os.rmdir(path)
                continue
            self.run.tail.until(lambda tail, name=name: name in tail.set_aside, f"{name} ({kind}) set aside with a reason")
            os.unlink(path)
        del self.planted[:count]

    # -- all of it

    WAYS = (
        *[put] * 25,
        *[at_once] * 8,
        *[delete] * 4,
        *[moved] * 2,
        *[spoil] * 2,
        *[begin_writing] * 6,
        *[plant] * 4,
        burst,
        lock,
    )
    RARE = (reload, away, storm)  # each once at the beginning, so that even a short run has them all

    def fill(self):
        """The entries that there are at a quiet time: all of them."""
        for number in range(ENTRIES):
            self.renamed(entries.entry(number))

    def work(self):
        rare_at = time.monotonic() + (0 if self.todo else 5)
        while not self.run.over.is_set():
            if time.monotonic() >= rare_at:
                rare = self.todo.pop(0) if self.todo else self.chance.choice((*[Writer.reload] * 5, *[Writer.away] * 3, Writer.storm))
                rare(self)
                rare_at = time.monotonic() + (1 if self.todo else self.chance.uniform(2, 20))
            else:
                self.chance.choice(self.WAYS)(self)
            if self.chance.randrange(4) == 0:
                self.run.over.wait(self.chance.random() * 0.02)
        self.end_writing()
        self.leave()
        self.weed(len(self.planted))
        self.fill()
