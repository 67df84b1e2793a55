/* arena.h -- memory of one task, freed in one line: a query, a parse.
 *
 * Has a cap and a sticky failure, so that a builder allocates straight down and tests a->failed once. */
#ifndef MWL_BASE_ARENA_H
#define MWL_BASE_ARENA_H

#include "base/span.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first; owned */
    size_t used;                /* bytes handed out, rounded up for alignment */
    size_t cap;                 /* the most that may be handed out */
    bool failed;                /* the cap was reached or memory ended */
    bool starved;               /* memory ended */
};

void arena_init(struct arena *a, size_t cap);

/* Frees everything that came from the arena; it may be used again. Safe on one that is all zeros. */
void arena_fini(struct arena *a);

/* n zeroed bytes aligned for any type; NULL after a failure. */
void *arena_alloc(struct arena *a, size_t n);

/* n * size zeroed bytes, checked for overflow. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* A copy of the bytes; an empty span after a failure. */
struct span arena_copy(struct arena *a, struct span s);

/* A NUL-terminated copy; NULL after a failure. */
char *arena_str(struct arena *a, struct span s);

#endif
