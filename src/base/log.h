/* log.h -- lines for the people who run the server, in the form that Orthanc's log has:
 *
 *     I1123 20:31:02.123456 service/find] text
 *
 * with the level (E W I T), month and day, local time to the microsecond, and the part of the program that speaks.
 *
 * Before log_start() lines go straight to standard error, as a tool wants it. After it a thread of its own writes
 * them, so that a slow disk or a full pipe never makes a query wait: when more than LOG_BACKLOG bytes are waiting,
 * lines are dropped and counted, and the count is logged when there is room again. The only global state of the
 * tree. Every function may be called from any thread. */
#ifndef MWL_BASE_LOG_H
#define MWL_BASE_LOG_H

#include "base/span.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_TRACE };

enum { LOG_BACKLOG = 1 << 20, LOG_LINE_MAX = 16 << 10 };

/* Takes finished lines of `n` bytes, '\n' included, from the writer thread alone; `text` is where, behind date and
 * speaker, that begins which log_line() was given. A NUL stands behind the line. */
typedef void log_sink(void *arg, enum log_level level, const char *line, size_t n, const char *text);

/* Starts the writer thread; a NULL sink means standard error. False if the thread could not be made: lines then go
 * on being written directly. */
bool log_start(log_sink *sink, void *arg);

/* Writes what is waiting and ends the thread. Standard error that nobody reads is given up after two seconds. */
void log_stop(void);

/* Lines above this level are not formatted at all. LOG_INFO at the start; LOG_TRACE is --verbose. */
void log_set_level(enum log_level level);
bool log_enabled(enum log_level level);

/* One line; `who` is the room and file that speaks ("source/folder"). A line break inside becomes a space unless
 * the level is LOG_TRACE (a query printed as JSON); other control characters become '?'. */
void log_line(enum log_level level, const char *who, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same for what a peer can cause again and again: of lines with one `fmt` and one `peer` (its address) at most
 * LOG_PEER_LINES are written in LOG_PEER_SECONDS, so that nobody can fill the disk, nor push out what others did; the
 * first line after that says how many were left out. Some hundred peers are remembered. */
enum { LOG_PEER_LINES = 10, LOG_PEER_SECONDS = 10 };
void log_peer_line(enum log_level level, const char *who, const char *peer, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether it is the turn of such a line, for who writes it with log_line(); `kind` is compared by its address. */
bool log_peer_turn(enum log_level level, const char *who, const char *peer, const char *kind);

/* Bytes of a peer made fit for a line: what is not printable ASCII becomes \xNN, backslash included. Writes at most
 * `room` bytes with the NUL, and returns `to`. */
const char *log_text(struct span s, char *to, size_t room);

/* Lines dropped since the start. */
uint64_t log_dropped(void);

#endif
