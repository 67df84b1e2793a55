/* wire.h -- the server on bytes alone: its own connections, operations and deadlines, with byte arrays in the place of
 * sockets, a catalog in the place of a folder, and a clock that goes on only when it is read or told to. All of it
 * happens on the caller's thread, in an order that is always the same.
 *
 * wire.c defines what src/net, src/source and base/clock.h would, so that the linker does not take theirs. There is one
 * wire in a program, and one connection on it. */
#ifndef MWL_TESTS_UNIT_SERVER_WIRE_H
#define MWL_TESTS_UNIT_SERVER_WIRE_H

#include "server/worker.h"

struct wire {
    struct server_settings settings; /* for the test to change, before a call */
    struct catalog *catalog;         /* the worklist; the test's */
    bool busy;                       /* the folder has changed: queries wait until wire_current() */
    bool loading;                    /* ... or is still read */
    size_t room;                     /* bytes that the peer will take */
    bool broken;                     /* sending fails from now on */
    struct wr heard;                 /* what the peer has taken */

    struct server_shared shared;
    struct server_worker worker;
};

/* Makes the worker, once; settings are those of `mwl serve FOLDER`. False: no memory. */
bool wire_up(struct wire **wire);
void wire_down(void);

/* A peer calls from 192.0.2.7. What the last one heard is forgotten. */
void wire_call(bool over_limit);

/* Whether the server has not closed the connection. */
bool wire_is_open(void);

/* The peer sends, and the server does what there is to do now. Bytes for a connection that is closed are lost. */
void wire_say(struct span bytes);

/* The peer closes. */
void wire_hang_up(void);

/* The folder is current again, and those who wait are told. */
void wire_current(void);

/* Time goes by; timers that are due meanwhile are called. */
void wire_pass(uint32_t ms);

#endif
