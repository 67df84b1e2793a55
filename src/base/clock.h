/* clock.h -- the two clocks: one that only goes forward, for timers; one of the day, for people. */
#ifndef MWL_BASE_CLOCK_H
#define MWL_BASE_CLOCK_H

#include <stdint.h>

/* Microseconds since some moment in the past; never goes back. */
uint64_t clock_mono_us(void);

/* Microseconds since 1970-01-01 UTC. */
uint64_t clock_wall_us(void);

/* The date at such a moment, "YYYYMMDD", in the time zone of this machine; year 9999 at most. */
void clock_local_date(uint64_t wall_us, char out[9]);

#endif
