/* processors.c -- sched_setaffinity(2). */
#include "bench/processors.h"

#include <sched.h>

void bench_take_processors(bool last)
{
    cpu_set_t set;
    size_t number = CPU_SETSIZE - 1;
    if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) < 2)
        return;
    while (!CPU_ISSET(number, &set))
        number--;
    if (last) {
        CPU_ZERO(&set);
        CPU_SET(number, &set);
    } else {
        CPU_CLR(number, &set);
    }
    (void)sched_setaffinity(0, sizeof set, &set);
}
