/* lockfile.h -- the file "lockfile" of wlmscpfs: who writes worklists holds it exclusively, who reads them shares it.
 *
 * Honoured where it exists, not required. An open file description lock (F_OFD_SETLK) conflicts with the classic locks
 * that writers use, but belongs to this descriptor: closing another one of the same file does not lose it. */
#ifndef MWL_SOURCE_LOCKFILE_H
#define MWL_SOURCE_LOCKFILE_H

/* Tries to share the lock of a folder, without waiting. 0: *fd is the lock, or -1 where there is none to take; to be
 * given to source_lockfile_release(). EAGAIN: a writer holds it. EMFILE, ENFILE, ENOMEM: for want of these nobody can
 * tell. */
int source_lockfile_acquire(int dir, int *fd);
void source_lockfile_release(int *fd);

#endif
