/* journal.h -- the last associations and queries, in memory: what a person asks for who wonders what a scanner got.
 *
 * Bounded in number and bytes; the oldest go first. Any thread may add and read: a record is made outside of the lock,
 * and never changes once it is in, so that a reader holds nobody up. */
#ifndef MWL_JOURNAL_JOURNAL_H
#define MWL_JOURNAL_JOURNAL_H

#include <stdint.h>

#include "base/span.h"
#include "base/wr.h"
#include "dicom/set.h"
#include "dicom/uid.h"

struct journal;
struct journal_record;

enum {
    JOURNAL_IDENTIFIER = 16384, /* bytes of an identifier that are kept */
    JOURNAL_TEXT = 16384,       /* ... of any other text of a record */
    JOURNAL_NAME = 128,         /* ... of a name or an address in it */
    JOURNAL_ENDED = 96          /* room for how an association ended, with its NUL */
};

struct journal_options {
    uint32_t records; /* JournalSize; 0 keeps none */
    uint64_t bytes;   /* JournalBytes: of records and of the ring that holds them */
    bool mask;        /* JournalMask: no values that may be a patient's */
};

/* NULL: no memory. */
struct journal *journal_new(const struct journal_options *options);
void journal_free(struct journal **journal);

/* What an association asked for and got. Texts are fit for a terminal, but for the two of the implementation. */
struct journal_association {
    uint64_t at_us; /* clock_wall_us() */
    const char *calling_ae, *called_ae, *peer;
    struct span implementation_class_uid, implementation_version;
    struct span contexts; /* a line for each presentation context; of a rejected one, what to do about it */
    struct span proposed; /* a line for each, of its UIDs: the abstract syntax, then the transfer syntaxes */
    bool truncated;       /* it has proposed more than `proposed` says */
    uint32_t max_length;  /* of the PDUs that the device takes; 0: no limit */
    const char *ended;    /* if it has ended already: "rejected: ..."; else "" */
};

/* Whether values that may be a patient's are to be left out of what it is told. */
bool journal_is_masked(const struct journal *journal);

/* Returns its number, 0 if it is not kept. */
uint64_t journal_add_association(struct journal *journal, const struct journal_association *association);

/* How it ended; harmless for a number that is not there any more. */
void journal_end_association(struct journal *journal, uint64_t number, const char *how);

struct journal_query {
    uint64_t at_us;       /* when it came */
    uint64_t took_us;     /* until its final status */
    uint64_t association; /* number of its record */
    const char *calling_ae, *called_ae, *peer;
    struct span identifier; /* as it came; its first JOURNAL_IDENTIFIER bytes are kept */
    enum dicom_syntax syntax;
    struct dicom_set set; /* the same, parsed: what is kept of it where values are masked; may be empty */
    struct span changed;  /* what a script made of it, and what the server itself asked in addition; lines, or "" */
    bool fuzzy_names, adjust_zone;
    uint64_t entries, answers; /* in the worklist, and given */
    uint16_t status;
    bool cut_off; /* it has no status: the association went before */
    const char *comment;
};

/* Returns its number, 0 if it is not kept. */
uint64_t journal_add_query(struct journal *journal, const struct journal_query *query);

/* A record, pinned, with what may still change. */
struct journal_view {
    struct journal_record *record;
    uint64_t number;
    char ended[JOURNAL_ENDED];
};

/* The record of that number, or if it is gone the next one that is there; false if there is none. */
bool journal_get(struct journal *journal, uint64_t number, struct journal_view *out);
void journal_release(struct journal_view *view);

/* The number that the next record will have. */
uint64_t journal_next(struct journal *journal);

/* How many records there are, and their bytes. */
struct journal_size {
    uint64_t records, bytes;
};
struct journal_size journal_size(struct journal *journal);

/* `added` is called after each new record, on whatever thread that was, and must only hand on. NULL: no more; when this
 * returns it is not running. */
void journal_watch(struct journal *journal, void (*added)(void *arg), void *arg);

/* Appends a record as a JSON object, without a line feed: `whole` with the identifier in hexadecimal digits, else with
 * its keys alone. */
void journal_json(const struct journal_view *view, bool whole, struct wr *out);

#endif
