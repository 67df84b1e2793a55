/* gather.c -- a binary heap: unlike sorting, it does its work in small pieces, between which others have their turn. */
#include "catalog/gather.h"

#include <stdlib.h>

static bool is_before(const struct catalog_step *a, const struct catalog_step *b)
{
    return catalog_steps_by_start.compare(a, b) < 0;
}

static bool make_room(struct catalog_gather *gather)
{
    enum { FIRST = 64 };
    if (gather->count < gather->room)
        return true;
    if (gather->room >= CATALOG_GATHER_MAX)
        return false;
    uint32_t room = gather->room ? 2 * gather->room : FIRST;
    const struct catalog_step **steps = realloc(gather->steps, room * sizeof(const struct catalog_step *));
    if (!steps)
        return false;
    gather->steps = steps;
    gather->room = room;
    return true;
}

bool catalog_gather_add(struct catalog_gather *gather, const struct catalog_step *step)
{
    if (!make_room(gather))
        return false;
    uint32_t at = gather->count++;
    while (at > 0 && is_before(step, gather->steps[(at - 1) / 2])) {
        gather->steps[at] = gather->steps[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    gather->steps[at] = step;
    return true;
}

/* Takes the first step out, maybe one that was added twice. */
static const struct catalog_step *take(struct catalog_gather *gather)
{
    if (gather->count == 0)
        return NULL;
    const struct catalog_step *first = gather->steps[0], *moved = gather->steps[--gather->count];
    uint32_t at = 0, below;
    while ((below = 2 * at + 1) < gather->count) {
        if (below + 1 < gather->count && is_before(gather->steps[below + 1], gather->steps[below]))
            below++;
        if (!is_before(gather->steps[below], moved))
            break;
        gather->steps[at] = gather->steps[below];
        at = below;
    }
    gather->steps[at] = moved;
    return first;
}

const struct catalog_step *catalog_gather_take(struct catalog_gather *gather)
{
    const struct catalog_step *step;
    do
        step = take(gather);
    while (step && step == gather->last);
    gather->last = step;
    return step;
}

void catalog_gather_fini(struct catalog_gather *gather)
{
    free(gather->steps);
    *gather = (struct catalog_gather){ 0 };
}
