/* log.c -- format under no lock, queue under a short one, write from a thread of its own. */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Lines are written together that come within GATHER_MS of one another; FORMAT_ROOM is enough for nearly all. */
enum { GATHER_MS = 5, GATHER_BYTES = 64 << 10, FORMAT_ROOM = 1024 };

struct line {
    struct line *next;
    enum log_level level;
    size_t n, head; /* of them, date and speaker */
    char text[];
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool running, stopping;
    bool idle;      /* the thread waits for a line, and has to be woken for the next one */
    log_sink *sink; /* NULL: standard error */
    void *arg;
    struct line *first, **last;
    size_t waiting;    /* bytes in the queue */
    uint64_t unspoken; /* dropped, and not yet said so */
} out = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

static atomic_int threshold = LOG_INFO;
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

/* "1123 20:31:02" of a second. A server says many things in one second, and what the calendar makes of it is dear. */
static const char *second_text(time_t second)
{
    static _Thread_local time_t known = -1;
    static _Thread_local char text[32];
    struct tm day;
    if (second == known)
        return text;
    localtime_r(&second, &day);
    snprintf(text, sizeof text, "%02d%02d %02d:%02d:%02d", day.tm_mon + 1, day.tm_mday, day.tm_hour, day.tm_min,
             day.tm_sec);
    known = second;
    return text;
}

/* "I1123 20:31:02.123456 who] " */
static size_t write_head(char *to, size_t room, enum log_level level, const char *who)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int n = snprintf(to, room, "%c%s.%06ld %s] ", "EWIT"[level], second_text(now.tv_sec), now.tv_nsec / 1000, who);
    return n < 0 ? 0 : (size_t)n;
}

/* A peer must not be able to forge a second line, nor to reach a terminal. */
static void defuse(char *text, size_t n, enum log_level level)
{
    if (!span_has_control(span_of((const uint8_t *)text, n)))
        return;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n')
            text[i] = level == LOG_TRACE ? '\n' : ' ';
        else if (c < ' ' || c == 0x7F)
            text[i] = '?';
    }
}

static struct line *format_line(enum log_level level, const char *who, const char *fmt, va_list args)
{
    char head[128], body[FORMAT_ROOM];
    size_t head_n = write_head(head, sizeof head, level, who);
    if (head_n >= sizeof head)
        head_n = sizeof head - 1;
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(body, sizeof body, fmt, args);
    size_t body_n = length < 0 ? 0 : (size_t)length;
    if (body_n > LOG_LINE_MAX)
        body_n = LOG_LINE_MAX;
    struct line *line = malloc(sizeof *line + head_n + body_n + sizeof "\n");
    if (line) {
        memcpy(line->text, head, head_n);
        if (body_n < sizeof body)
            memcpy(line->text + head_n, body, body_n);
        else
            vsnprintf(line->text + head_n, body_n + 1, fmt, again);
        defuse(line->text + head_n, body_n, level);
        memcpy(line->text + head_n + body_n, "\n", sizeof "\n");
        line->n = head_n + body_n + 1;
        line->head = head_n;
        line->level = level;
        line->next = NULL;
    }
    va_end(again);
    return line;
}

/* Takes ownership of the line. */
static void enqueue(struct line *line)
{
    pthread_mutex_lock(&out.lock);
    if (!out.running) {
        pthread_mutex_unlock(&out.lock);
        write_stderr(line->text, line->n);
        free(line);
        return;
    }
    if (line->n > LOG_BACKLOG - out.waiting) {
        out.unspoken++;
        atomic_fetch_add(&dropped, 1);
        pthread_mutex_unlock(&out.lock);
        free(line);
        return;
    }
    *out.last = line;
    out.last = &line->next;
    out.waiting += line->n;
    if (out.idle || out.waiting > LOG_BACKLOG / 2)
        pthread_cond_signal(&out.wake);
    pthread_mutex_unlock(&out.lock);
}

void log_line(enum log_level level, const char *who, const char *fmt, ...)
{
    if (!log_enabled(level))
        return;
    va_list args;
    va_start(args, fmt);
    struct line *line = format_line(level, who, fmt, args);
    va_end(args);
    if (line)
        enqueue(line);
    else
        atomic_fetch_add(&dropped, 1);
}

/* ---- lines that a peer causes ---- */

enum { PEERS = 1024 };

static struct {
    pthread_mutex_t lock;
    struct {
        uint64_t key, since_us;
        uint32_t written, left_out;
    } rows[PEERS];
} peers = { .lock = PTHREAD_MUTEX_INITIALIZER };

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

static uint64_t key_of(const char *peer, const char *fmt)
{
    uint64_t h = mix(1, (uint64_t)(uintptr_t)fmt);
    for (; *peer; peer++)
        h = mix(h, (uint8_t)*peer);
    return h;
}

/* Whether the line may be written; *left_out were not, in the time that is over. */
static bool is_its_turn(uint64_t key, uint32_t *left_out)
{
    uint64_t now = clock_mono_us();
    pthread_mutex_lock(&peers.lock);
    size_t at = (size_t)(key % PEERS);
    bool over = peers.rows[at].key != key || now - peers.rows[at].since_us >= (uint64_t)LOG_PEER_SECONDS * 1000000;
    *left_out = 0;
    if (over) {
        *left_out = peers.rows[at].left_out;
        peers.rows[at].key = key;
        peers.rows[at].since_us = now;
        peers.rows[at].written = peers.rows[at].left_out = 0;
    }
    bool turn = peers.rows[at].written < LOG_PEER_LINES;
    if (turn)
        peers.rows[at].written++;
    else
        peers.rows[at].left_out++;
    pthread_mutex_unlock(&peers.lock);
    return turn;
}

bool log_peer_turn(enum log_level level, const char *who, const char *peer, const char *kind)
{
    uint32_t left_out;
    if (!log_enabled(level) || !is_its_turn(key_of(peer, kind), &left_out))
        return false;
    if (left_out)
        log_line(level, who, "%u lines like this were left out before: one peer caused them", left_out);
    return true;
}

void log_peer_line(enum log_level level, const char *who, const char *peer, const char *fmt, ...)
{
    if (!log_peer_turn(level, who, peer, fmt))
        return;
    va_list args;
    va_start(args, fmt);
    struct line *line = format_line(level, who, fmt, args);
    va_end(args);
    if (line)
        enqueue(line);
    else
        atomic_fetch_add(&dropped, 1);
}

/* ---- the writer ---- */

static void to_sink(const struct line *line)
{
    for (; line; line = line->next)
        out.sink(out.arg, line->level, line->text, line->n, line->text + line->head);
}

/* As many lines as possible with each system call. */
static void to_stderr(const struct line *line)
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

static void free_lines(struct line *line)
{
    while (line) {
        struct line *next = line->next;
        free(line);
        line = next;
    }
}

/* Lets lines come together that follow closely what was just written, so that who speaks often does not wake this
 * thread each time. The lock is held. */
static void gather(void)
{
    uint64_t us = clock_mono_us() + GATHER_MS * 1000;
    struct timespec until = { .tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000 * 1000) };
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
        struct line *lines = out.first;
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
    pthread_mutex_lock(&out.lock);
    bool running = out.running;
    out.stopping = true;
    pthread_cond_signal(&out.wake);
    pthread_mutex_unlock(&out.lock);
    if (running)
        pthread_join(out.thread, NULL);
}

void log_set_level(enum log_level level)
{
    atomic_store(&threshold, (int)level);
}

bool log_enabled(enum log_level level)
{
    return (int)level <= atomic_load_explicit(&threshold, memory_order_relaxed);
}

const char *log_text(struct span s, char *to, size_t room)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool plain = c >= ' ' && c < 0x7F && c != '\\';
        if (n + (plain ? 1 : 4) >= room)
            break;
        if (plain) {
            to[n++] = (char)c;
        } else {
            to[n++] = '\\';
            to[n++] = 'x';
            to[n++] = hex[c >> 4];
            to[n++] = hex[c & 15];
        }
    }
    to[n] = 0;
    return to;
}

uint64_t log_dropped(void)
{
    return atomic_load(&dropped);
}
