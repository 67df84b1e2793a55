/* log.c -- what a line looks like. It is made under no lock, and then the writer's (log_writer.c). */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log_inside.h"

/* Enough for all heads, and for nearly all bodies. */
enum { SECOND_ROOM = 32, HEAD_ROOM = 128, FORMAT_ROOM = 1024 };

static atomic_int threshold = LOG_INFO;

/* "1123 20:31:02" of a second. A server says many things in one second, and what the calendar makes of it is dear. */
static const char *second_text(time_t second)
{
    static _Thread_local time_t known = -1;
    static _Thread_local char text[SECOND_ROOM];
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
static size_t write_head(char to[HEAD_ROOM], enum log_level level, const char *who)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const char *second = second_text(now.tv_sec);
    size_t n = 0, seconds = strlen(second), speaker = strnlen(who, HEAD_ROOM - SECOND_ROOM - 16);
    to[n++] = "EWIT"[level];
    memcpy(to + n, second, seconds);
    n += seconds;
    to[n++] = '.';
    for (long us = now.tv_nsec / 1000, unit = 100000; unit; us %= unit, unit /= 10)
        to[n++] = (char)('0' + us / unit);
    to[n++] = ' ';
    memcpy(to + n, who, speaker);
    n += speaker;
    memcpy(to + n, "] ", 2);
    return n + 2;
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

static struct log_entry *format_entry(enum log_level level, const char *who, const char *fmt, va_list args)
{
    char head[HEAD_ROOM], body[FORMAT_ROOM];
    size_t head_n = write_head(head, level, who);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(body, sizeof body, fmt, args);
    size_t body_n = length < 0 ? 0 : (size_t)length;
    if (body_n > LOG_LINE_MAX)
        body_n = LOG_LINE_MAX;
    struct log_entry *entry = malloc(sizeof *entry + head_n + body_n + sizeof "\n");
    if (entry) {
        memcpy(entry->text, head, head_n);
        if (body_n < sizeof body)
            memcpy(entry->text + head_n, body, body_n);
        else
            vsnprintf(entry->text + head_n, body_n + 1, fmt, again);
        defuse(entry->text + head_n, body_n, level);
        memcpy(entry->text + head_n + body_n, "\n", sizeof "\n");
        entry->n = head_n + body_n + 1;
        entry->head = head_n;
        entry->level = level;
        entry->next = NULL;
    }
    va_end(again);
    return entry;
}

void log_write(enum log_level level, const char *who, const char *fmt, va_list args)
{
    log_enqueue(format_entry(level, who, fmt, args));
}

void log_line(enum log_level level, const char *who, const char *fmt, ...)
{
    if (!log_enabled(level))
        return;
    va_list args;
    va_start(args, fmt);
    log_write(level, who, fmt, args);
    va_end(args);
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
