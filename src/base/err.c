/* err.c -- fill in the caller's struct err. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

bool err_set(struct err *e, enum err_code code, uint64_t pos, uint32_t tag, const char *fmt, ...)
{
    if (!e || e->code != ERR_NONE)
        return false;
    e->code = code;
    e->pos = pos;
    e->tag = tag;
    va_list args;
    va_start(args, fmt);
    vsnprintf(e->what, sizeof e->what, fmt, args);
    va_end(args);
    return false;
}
