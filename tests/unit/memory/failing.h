/* failing.h -- memory that ends: a run is made again and again, and each of its allocations fails in turn.
 *
 * failing.c stands in the place of malloc(), calloc(), realloc(), strdup(), strndup() and free() for everything of ours
 * (the linker's --wrap) and for jansson; what a shared library allocates for itself does not fail. */
#ifndef MWL_TESTS_UNIT_MEMORY_FAILING_H
#define MWL_TESTS_UNIT_MEMORY_FAILING_H

#include "../check.h"

/* Calls run(arg) with its first allocation failing, then with its second, and so on until it needs no more; then the
 * same with all allocations failing from there on. Each run must give back what it took. What holds it checks itself,
 * between failing_pause() and failing_resume() where it needs memory for that. Returns how many runs there were. */
uint64_t failing_each(void (*run)(void *arg), void *arg);

void failing_pause(void);
void failing_resume(void);

/* Whether an allocation has failed in this run. */
bool failing_has_failed(void);

#endif
