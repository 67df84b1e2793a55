/* log_inside.h -- what the files of the log share: a line on its way from who speaks to the writer. */
#ifndef MWL_BASE_LOG_INSIDE_H
#define MWL_BASE_LOG_INSIDE_H

#include <stdarg.h>

#include "base/log.h"

struct log_entry {
    struct log_entry *next;
    enum log_level level;
    size_t n, head; /* of them, date and speaker */
    char text[];
};

/* log_line() without a look at the level. */
void log_write(enum log_level level, const char *who, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Hands a line to the writer, or writes it if there is none; takes ownership. NULL is a line for which there was no
 * memory, and counts as dropped. */
void log_enqueue(struct log_entry *entry);

#endif
