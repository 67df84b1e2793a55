/* log_writer.c -- queues lines under a short lock, and writes them from a thread of its own. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log_inside.h"

/* Lines are written together that come within GATHER_MS of one another. */
enum { GATHER_MS = 5, GATHER_BYTES = 64 << 10 };

/* At the end, who reads standard error has so long to take the last lines. */
enum { LAST_MS = 2000 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake, ended;
    pthread_t thread;
    bool running, stopping;
    bool idle;      /* the thread waits for a line, and has to be woken for the next one */
    log_sink *sink; /* NULL: standard error */
    void *arg;
    struct log_entry *first, **last;
    size_t waiting;    /* bytes in the queue */
    uint64_t unspoken; /* dropped, and not yet said so */
} out = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER };

static atomic_uint_fast64_t dropped;

static void write_stderr(const char *bytes, size_t n)
{
    while (n) {
        ssize_t wrote = write(STDERR_FILENO, bytes, n);
        if (wrote <= 0)
            return;
        bytes += wrote;
        n -= (size_t)wrote;
    }
}

void log_enqueue(struct log_entry *entry)
{
    if (!entry) {
        atomic_fetch_add(&dropped, 1);
        return;
    }
    pthread_mutex_lock(&out.lock);
    if (!out.running) {
        pthread_mutex_unlock(&out.lock);
        write_stderr(entry->text, entry->n);
        free(entry);
        return;
    }
    if (entry->n > LOG_BACKLOG - out.waiting) {
        out.unspoken++;
        atomic_fetch_add(&dropped, 1);
        pthread_mutex_unlock(&out.lock);
        free(entry);
        return;
    }
    *out.last = entry;
    out.last = &entry->next;
    out.waiting += entry->n;
    if (out.idle || out.waiting > LOG_BACKLOG / 2)
        pthread_cond_signal(&out.wake);
    pthread_mutex_unlock(&out.lock);
}

static void to_sink(const struct log_entry *line)
{
    for (; line; line = line->next)
        out.sink(out.arg, line->level, line->text, line->n, line->text + line->head);
}

/* As many lines as possible with each system call. */
static void to_stderr(const struct log_entry *line)
{
    static char gathered[GATHER_BYTES];
    _Static_assert(LOG_LINE_MAX + 1024 < GATHER_BYTES, "a line fits");
    size_t n = 0;
    for (; line; line = line->next) {
        if (line->n > sizeof gathered - n) {
            write_stderr(gathered, n);
            n = 0;
        }
        memcpy(gathered + n, line->text, line->n);
        n += line->n;
    }
    write_stderr(gathered, n);
}

static void free_lines(struct log_entry *line)
{
    while (line) {
        struct log_entry *next = line->next;
        free(line);
        line = next;
    }
}

static struct timespec in_ms(uint32_t ms)
{
    uint64_t us = clock_mono_us() + (uint64_t)ms * 1000;
    return (struct timespec){ .tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000 * 1000) };
}

/* Lets lines come together that follow closely what was just written, so that who speaks often does not wake this
 * thread each time. The lock is held. */
static void gather(void)
{
    const struct timespec until = in_ms(GATHER_MS);
    int error = 0;
    while (!error && !out.stopping && out.waiting <= LOG_BACKLOG / 2)
        error = pthread_cond_clockwait(&out.wake, &out.lock, CLOCK_MONOTONIC, &until);
}

static void *run(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&out.lock);
    for (;;) {
        out.idle = true;
        while (!out.first && !out.stopping)
            pthread_cond_wait(&out.wake, &out.lock);
        out.idle = false;
        struct log_entry *lines = out.first;
        uint64_t lost = out.unspoken;
        out.first = NULL;
        out.last = &out.first;
        out.unspoken = 0;
        out.waiting = 0;
        if (!lines && !lost)
            break;
        pthread_mutex_unlock(&out.lock);
        if (out.sink)
            to_sink(lines);
        else
            to_stderr(lines);
        free_lines(lines);
        if (lost)
            log_line(LOG_WARNING, "base/log", "%llu log lines were dropped: nothing took them fast enough",
                     (unsigned long long)lost);
        pthread_mutex_lock(&out.lock);
        gather();
    }
    out.running = false;
    pthread_cond_signal(&out.ended);
    pthread_mutex_unlock(&out.lock);
    return NULL;
}

bool log_start(log_sink *sink, void *arg)
{
    pthread_mutex_lock(&out.lock);
    if (!out.running) {
        out.sink = sink;
        out.arg = arg;
        out.first = NULL;
        out.last = &out.first;
        out.waiting = 0;
        out.stopping = false;
        out.running = pthread_create(&out.thread, NULL, run, NULL) == 0;
    }
    bool running = out.running;
    pthread_mutex_unlock(&out.lock);
    return running;
}

void log_stop(void)
{
    const struct timespec until = in_ms(LAST_MS);
    int error = 0;
    pthread_mutex_lock(&out.lock);
    bool begun = out.running;
    out.stopping = true;
    pthread_cond_signal(&out.wake);
    /* A sink may be code that is unloaded next: it is waited for. */
    while (out.running && !out.sink && !error)
        error = pthread_cond_clockwait(&out.ended, &out.lock, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&out.lock);
    if (begun && error)
        pthread_detach(out.thread);
    else if (begun)
        pthread_join(out.thread, NULL);
}

uint64_t log_dropped(void)
{
    return atomic_load(&dropped);
}
