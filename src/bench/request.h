/* request.h -- the bytes that a client of the bench sends, made once: A-ASSOCIATE-RQ, request, A-RELEASE-RQ.
 *
 * A query asks for ten return keys: Accession Number, Patient's Name, ID and birth date, Study Instance UID, and of the
 * step modality, station, date, time and ID. */
#ifndef MWL_BENCH_REQUEST_H
#define MWL_BENCH_REQUEST_H

#include "base/err.h"
#include "base/wr.h"

enum bench_by {
#define BY(id, name, text) BENCH_BY_##id,
#include "bench/by.def"
#undef BY
    BENCH_BY_COUNT
};

struct bench_by_info {
    const char *name, *text;
};

const struct bench_by_info *bench_by_info(enum bench_by by);

/* BENCH_BY_COUNT if there is none of that name. */
enum bench_by bench_by_find(const char *name);

/* The three parts of a conversation: opening an association, one request on it, its release. */
enum bench_part { BENCH_OPEN, BENCH_ASK, BENCH_CLOSE, BENCH_PARTS };

struct bench_request {
    struct wr parts[BENCH_PARTS];
};

/* Makes the bytes. `like` is a whole worklist file whose values are asked for; empty for those without (all, echo).
 * False with *err, and nothing to free. */
bool bench_request_init(struct bench_request *request, enum bench_by by, const char *called, const char *calling,
                        struct span like, struct err *err);
void bench_request_fini(struct bench_request *request);

#endif
