/* whole.h -- is a file complete, or is somebody still writing it?
 *
 * open(O_CREAT) and a link raise the same event. What tells them apart: more than one link, a symbolic link, or a read
 * lease (fcntl(2), F_SETLEASE), which the kernel grants only if nobody has the file open for writing. Leases are for
 * the file's owner and CAP_LEASE; for others, and on file systems without them, a file counts as whole when it has not
 * been written to for two seconds, or when an event said that its writer closed it. */
#ifndef MWL_SOURCE_WHOLE_H
#define MWL_SOURCE_WHOLE_H

#include "source/file.h"

enum { SOURCE_SETTLE_MS = 2000 };

enum source_whole {
    FILE_WHOLE,
    FILE_WRITTEN,  /* a writer has it open: his closing it will be heard */
    FILE_UNDECIDED /* nobody can tell; look again later */
};

/* `fd` is open for reading and stat'ed as `st`; `leases`: whether the file system's leases mean anything. The thread
 * has SIGIO blocked. */
enum source_whole source_file_is_whole(const struct source_file *file, int fd, const struct stat *st, bool leases);

#endif
