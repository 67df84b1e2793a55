/* arena.c -- chunks that grow, handed out from the front. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { FIRST_CHUNK = 4096, LARGEST_STEP = 256 * 1024 };

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, room;
    alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *a, size_t cap)
{
    *a = (struct arena){ .cap = cap };
}

void arena_fini(struct arena *a)
{
    while (a->chunks) {
        struct arena_chunk *c = a->chunks;
        a->chunks = c->next;
        free(c);
    }
    a->used = 0;
    a->failed = a->starved = false;
}

static struct arena_chunk *grow(struct arena *a, size_t n)
{
    size_t room = a->chunks ? a->chunks->room * 2 : FIRST_CHUNK;
    if (room > LARGEST_STEP)
        room = LARGEST_STEP;
    if (room < n)
        room = n;
    struct arena_chunk *c = malloc(sizeof *c + room);
    if (c) {
        c->used = 0;
        c->room = room;
        c->next = a->chunks;
        a->chunks = c;
    }
    return c;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t align = alignof(max_align_t);
    if (a->failed || n > a->cap - a->used || n > SIZE_MAX / 2) {
        a->failed = true;
        return NULL;
    }
    n = (n + align - 1) / align * align;
    struct arena_chunk *c = a->chunks;
    if (!c || n > c->room - c->used)
        c = grow(a, n);
    if (!c) {
        a->failed = a->starved = true;
        return NULL;
    }
    void *p = c->bytes + c->used;
    c->used += n;
    a->used = n > a->cap - a->used ? a->cap : a->used + n;
    return memset(p, 0, n); /* here, so that what is not handed out is not touched */
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size) {
        a->failed = true;
        return NULL;
    }
    return arena_alloc(a, n * size);
}

struct span arena_copy(struct arena *a, struct span s)
{
    uint8_t *p = arena_alloc(a, s.n ? s.n : 1);
    if (!p)
        return (struct span){ NULL, 0 };
    if (s.n)
        memcpy(p, s.p, s.n);
    return span_of(p, s.n);
}

char *arena_str(struct arena *a, struct span s)
{
    char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;
    if (p && s.n)
        memcpy(p, s.p, s.n);
    return p;
}
