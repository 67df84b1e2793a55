/* file.h -- whole files, in and out. */
#ifndef MWL_CLI_FILE_H
#define MWL_CLI_FILE_H

#include "base/err.h"
#include "base/wr.h"

/* Appends all of a file, or of standard input if the path is "-". False with *err, which names the path: ERR_IO;
 * ERR_LIMIT if it is longer than the cap of `out`. */
bool cli_read_file(const char *path, struct wr *out, struct err *err);

/* Appends all of a file of a folder that may hold anything: FIFOs and the like are none. False with *err as above,
 * which does not name the path. */
bool cli_read_regular(const char *path, struct wr *out, struct err *err);

/* Whether a file can be read and begins as DICOM files do, with "DICM". */
bool cli_is_dicom(const char *path);

/* Writes a file so that, whatever happens meanwhile, all of it is there or nothing: under another name in the same
 * folder, which does not end in .wl, then renamed; both are on the disk when this returns. A file of that name is kept,
 * and the call fails, unless `replace`. False with *err, ERR_IO, which names the path. */
bool cli_put_file(const char *path, struct span bytes, bool replace, struct err *err);

#endif
