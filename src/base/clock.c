/* clock.c -- clock_gettime, in microseconds. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

uint64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

uint64_t clock_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

void clock_local_date(uint64_t wall_us, char out[9])
{
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm tm = { .tm_year = 70, .tm_mday = 1 };
    localtime_r(&seconds, &tm);
    uint32_t year = (uint32_t)(tm.tm_year + 1900) % 10000;
    snprintf(out, 9, "%04u%02u%02u", year, (uint32_t)(tm.tm_mon + 1) % 100, (uint32_t)tm.tm_mday % 100);
}
