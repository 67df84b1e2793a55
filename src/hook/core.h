/* core.h -- what the thread of the scripts and the callers of it share. Inside this room only. */
#ifndef MWL_HOOK_CORE_H
#define MWL_HOOK_CORE_H

#include <pthread.h>
#include <sys/stat.h>

#include "hook/state.h"

enum { HOOK_ADDRESS_ROOM = 64, HOOK_RESULT_CAP = 4 << 20 };

/* By which a change of a script is noticed. */
struct hook_stamp {
    struct timespec changed;
    ino_t inode;
    off_t size;
};

/* It may outlive the hook, in a script that does not end. */
struct hook_core {
    pthread_mutex_t lock;
    pthread_cond_t work, told;       /* a call waits; is_loaded or is_ended became true */
    uint32_t references;             /* under the lock: the hook's, the thread's, one for each call */
    bool is_loaded, is_ended;        /* under the lock: the scripts were run once, well or not; the thread has ended */
    struct hook_call *first, **last; /* under the lock: calls that wait */
    uint64_t running_until_us;       /* under the lock: the deadline of what runs; 0: nothing does */
    struct err fault;                /* under the lock: what is wrong with the scripts, if anything is */
    atomic_bool stop;
    atomic_bool filters_queries, filters_answers; /* all queries, as long as nobody knows */

    /* the thread's */
    struct hook_options options; /* the paths are copies, `stamps` has one for each */
    struct hook_stamp *stamps;
    struct hook_state state;
    bool is_broken; /* the scripts are not to be used */
};

struct hook_call {
    struct hook_call *next, **link; /* under the lock: in the list of those that wait, or link is NULL */
    struct hook_core *core;
    uint32_t references; /* under the lock: its owner's, the thread's */
    bool forgotten;      /* under the lock */
    void (*done)(void *arg);
    void *arg;

    struct hook_query query; /* of what is copied into `room` and `address` */
    uint64_t deadline_us;
    struct wr result;
    struct err err;
    enum hook_result came;
    char address[HOOK_ADDRESS_ROOM];
    uint8_t room[];
};

/* Gives a reference back, and the lock too. */
void hook_core_release(struct hook_core *core);

/* Under the lock, which they give back with the reference. */
void hook_call_release(struct hook_call *call);

/* Takes a call out of the list of those that wait. Under the lock. */
void hook_call_unlink(struct hook_call *call);

/* thread.c: loads the scripts of a core, and then performs calls until `stop`. One reference is its own. */
void *hook_thread(void *arg);

#endif
