/* wait.c -- who asks whether the folder is current, and who waits until it is.
 *
 * The order is what makes it true. The thread marks itself busy, then reads events, then publishes, then clears the
 * mark. Who asks looks at the queue first: if it is empty, each event was either read, and then the mark tells whether
 * it is published, or has not happened.
 *
 * The kernel tells that a writer closed a file a moment before it counts him out, so a file can still look open when
 * the event is handled, and no other will come. While there are such files the mark stays, and everybody who waits has
 * them looked at once more: what was closed before he asked is then found closed. */
#include <errno.h>
#include <semaphore.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/inside.h"

bool source_folder_is_current(const struct source_folder *folder)
{
    int queued = 0;
    if (ioctl(folder->inotify, FIONREAD, &queued) != 0 || queued != 0)
        return false;
    return !atomic_load(&folder->busy);
}

bool source_folder_is_loading(const struct source_folder *folder)
{
    return atomic_load(&folder->loading);
}

static void link_in(struct source_waiter **list, struct source_waiter *waiter)
{
    waiter->next = *list;
    waiter->link = list;
    if (waiter->next)
        waiter->next->link = &waiter->next;
    *list = waiter;
}

static void link_out(struct source_waiter *waiter)
{
    *waiter->link = waiter->next;
    if (waiter->next)
        waiter->next->link = waiter->link;
    waiter->next = NULL;
    waiter->link = NULL;
}

void source_folder_wait(struct source_folder *folder, struct source_waiter *waiter)
{
    const uint64_t one = 1;
    pthread_mutex_lock(&folder->lock);
    link_in(&folder->waiting, waiter);
    pthread_mutex_unlock(&folder->lock);
    ssize_t written = write(folder->wake, &one, sizeof one);
    (void)written; /* fails only if the counter is full, and then the thread is awake */
}

static void post(struct source_waiter *waiter)
{
    sem_post(waiter->arg);
}

bool source_folder_await(struct source_folder *folder, uint32_t ms)
{
    if (source_folder_is_current(folder))
        return true;
    uint64_t us = clock_mono_us() + (uint64_t)ms * 1000;
    struct timespec until = { .tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000 * 1000) };
    sem_t done;
    sem_init(&done, 0, 0);
    struct source_waiter waiter = { .ready = post, .arg = &done };
    source_folder_wait(folder, &waiter);
    int failed;
    do
        failed = sem_clockwait(&done, CLOCK_MONOTONIC, &until);
    while (failed && errno == EINTR);
    source_folder_forget(folder, &waiter);
    sem_destroy(&done);
    return !failed;
}

void source_folder_forget(struct source_folder *folder, struct source_waiter *waiter)
{
    pthread_mutex_lock(&folder->lock);
    if (waiter->link)
        link_out(waiter);
    while (folder->calling == waiter)
        pthread_cond_wait(&folder->called, &folder->lock);
    pthread_mutex_unlock(&folder->lock);
}

bool source_waiters_cover(struct source_folder *folder)
{
    pthread_mutex_lock(&folder->lock);
    while (folder->waiting) {
        struct source_waiter *waiter = folder->waiting;
        link_out(waiter);
        link_in(&folder->covered, waiter);
    }
    bool any = folder->covered != NULL;
    pthread_mutex_unlock(&folder->lock);
    return any;
}

void source_waiters_call(struct source_folder *folder)
{
    pthread_mutex_lock(&folder->lock);
    while (folder->covered) {
        struct source_waiter *waiter = folder->covered;
        link_out(waiter);
        folder->calling = waiter;
        pthread_mutex_unlock(&folder->lock);
        waiter->ready(waiter);
        pthread_mutex_lock(&folder->lock);
        folder->calling = NULL;
        pthread_cond_broadcast(&folder->called);
    }
    pthread_mutex_unlock(&folder->lock);
}
