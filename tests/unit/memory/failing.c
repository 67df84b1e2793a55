/* failing.c -- the allocator that fails when it is told to. */
#include "failing.h"

#include <jansson.h>
#include <stdatomic.h>

enum { RUNS_MOST = 100000 };

/* All of them atomic: a thread of the scripts allocates, too. */
static atomic_bool is_on, for_good, has_failed;
static atomic_uint_fast64_t left; /* allocations until the one that fails */
static atomic_int_fast64_t live;  /* blocks */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void __real_free(void *block);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
void __wrap_free(void *block);

static bool fails(void)
{
    if (!is_on)
        return false;
    if (has_failed && for_good)
        return true;
    if (has_failed || --left)
        return false;
    has_failed = true;
    return true;
}

static void *count(void *block)
{
    live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : count(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    return old ? __real_realloc(old, size) : count(__real_realloc(NULL, size));
}

char *__wrap_strdup(const char *s)
{
    return fails() ? NULL : count(__real_strdup(s));
}

char *__wrap_strndup(const char *s, size_t n)
{
    return fails() ? NULL : count(__real_strndup(s, n));
}

void __wrap_free(void *block)
{
    live -= block != NULL;
    __real_free(block);
}

void failing_pause(void)
{
    is_on = false;
}

void failing_resume(void)
{
    is_on = true;
}

bool failing_has_failed(void)
{
    return has_failed;
}

static uint64_t each(void (*run)(void *arg), void *arg)
{
    for (uint64_t n = 1; n < RUNS_MOST; n++) {
        int64_t before = live;
        left = n;
        has_failed = false;
        is_on = true;
        run(arg);
        is_on = false;
        if (live != before)
            fail_msg("allocation %llu of a run failed: %lld blocks are not given back", (unsigned long long)n,
                     (long long)(live - before));
        if (!has_failed)
            return n;
    }
    fail_msg("a run that does not end");
    return 0;
}

uint64_t failing_each(void (*run)(void *arg), void *arg)
{
    json_set_alloc_funcs(__wrap_malloc, __wrap_free);
    for_good = false;
    uint64_t runs = each(run, arg);
    for_good = true;
    return runs + each(run, arg);
}
