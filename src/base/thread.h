/* thread.h -- threads that get no signals: those are the main thread's. */
#ifndef MWL_BASE_THREAD_H
#define MWL_BASE_THREAD_H

#include <pthread.h>

/* Starts a thread, which no signal reaches. 0, or an errno. */
int thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg);

#endif
