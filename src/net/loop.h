/* loop.h -- one thread's event loop: timers, and a way for other threads to wake it. A thin cover over libevent, so
 * that no other room knows which library it is.
 *
 * Everything here belongs to the thread that runs the loop, except net_wakeup_send(). */
#ifndef MWL_NET_LOOP_H
#define MWL_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct net_loop;
struct net_timer;
struct net_wakeup;

typedef void net_callback(void *arg);

/* NULL: no memory, or no file descriptors. */
struct net_loop *net_loop_new(void);
void net_loop_free(struct net_loop **loop);

/* Runs until net_loop_stop(). */
void net_loop_run(struct net_loop *loop);

/* From a callback: ends net_loop_run() when that returns. Cannot fail. */
void net_loop_stop(struct net_loop *loop);

/* A timer, not yet running. NULL: no memory. */
struct net_timer *net_timer_new(struct net_loop *loop, net_callback *call, void *arg);
void net_timer_free(struct net_timer **timer);

/* Calls once, `ms` milliseconds from now; a timer that runs begins anew. With 0: in the next turn of the loop, after
 * the sockets that are ready. Cannot fail: where there is no memory for one more timer, it is called a few milliseconds
 * late. */
void net_timer_start(struct net_timer *timer, uint32_t ms);

/* A bell that any thread may ring, as often as it likes; the loop hears it once or more. */
struct net_wakeup *net_wakeup_new(struct net_loop *loop, net_callback *call, void *arg);
void net_wakeup_free(struct net_wakeup **wakeup);
void net_wakeup_send(struct net_wakeup *wakeup);

/* Calls on the loop's thread when the process gets the signal. */
struct net_signal;
struct net_signal *net_signal_new(struct net_loop *loop, int number, net_callback *call, void *arg);
void net_signal_free(struct net_signal **signal);

/* For the other files of this room. */
struct event_base;
struct event_base *net_loop_base(struct net_loop *loop);

#endif
