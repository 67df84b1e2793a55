/* leniency.c -- devices in chains by a hash of their name, each with a short list of what it needed. */
#include "service/leniency.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static const char who[] = "service/leniency";

enum { CHAINS = 256, NAME_MAX_BYTES = 192 };

struct counter {
    struct counter *next;
    const char *what;
    uint64_t times;
};

struct device {
    struct device *next;
    struct counter *counters;
    char name[NAME_MAX_BYTES]; /* "CT1 at 192.0.2.7" */
};

struct service_leniency {
    pthread_mutex_t lock;
    struct device *chains[CHAINS];
    struct device others; /* all that found no room */
    uint32_t count;
};

struct service_leniency *service_leniency_new(void)
{
    struct service_leniency *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    pthread_mutex_init(&l->lock, NULL);
    snprintf(l->others.name, sizeof l->others.name, "one of more than %d devices", LENIENCY_DEVICES);
    return l;
}

static void free_counters(struct device *device)
{
    while (device->counters) {
        struct counter *counter = device->counters;
        device->counters = counter->next;
        free(counter);
    }
}

void service_leniency_free(struct service_leniency **leniency)
{
    struct service_leniency *l = *leniency;
    if (!l)
        return;
    for (size_t i = 0; i < CHAINS; i++) {
        while (l->chains[i]) {
            struct device *device = l->chains[i];
            l->chains[i] = device->next;
            free_counters(device);
            free(device);
        }
    }
    free_counters(&l->others);
    pthread_mutex_destroy(&l->lock);
    free(l);
    *leniency = NULL;
}

/* FNV-1a */
static size_t chain_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    return hash % CHAINS;
}

static struct device *find_device(struct service_leniency *l, const char *name)
{
    struct device **chain = &l->chains[chain_of(name)];
    for (struct device *device = *chain; device; device = device->next)
        if (strcmp(device->name, name) == 0)
            return device;
    struct device *device = l->count < LENIENCY_DEVICES ? calloc(1, sizeof *device) : NULL;
    if (!device)
        return &l->others;
    memcpy(device->name, name, strlen(name));
    device->next = *chain;
    *chain = device;
    l->count++;
    return device;
}

/* How often the device needed it by now; 0 if there is no memory to tell. */
static uint64_t count(struct device *device, const char *what, uint32_t times)
{
    struct counter *counter = device->counters;
    while (counter && strcmp(counter->what, what) != 0)
        counter = counter->next;
    if (!counter) {
        counter = calloc(1, sizeof *counter);
        if (!counter)
            return 0;
        *counter = (struct counter){ .next = device->counters, .what = what };
        device->counters = counter;
    }
    counter->times += times;
    return counter->times;
}

/* *name becomes what the device is counted as. */
static uint64_t add(struct service_leniency *l, const char *what, uint32_t times, char name[NAME_MAX_BYTES])
{
    pthread_mutex_lock(&l->lock);
    struct device *device = find_device(l, name);
    uint64_t total = count(device, what, times);
    if (total == times)
        memcpy(name, device->name, sizeof device->name);
    pthread_mutex_unlock(&l->lock);
    return total;
}

uint64_t service_leniency_count(struct service_leniency *l, const char *calling_ae, const char *peer, const char *what,
                                uint32_t times)
{
    char name[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "%s at %s", calling_ae, peer);
    return l ? add(l, what, times, name) : 0;
}

void service_leniency_note(struct service_leniency *l, const char *calling_ae, const char *peer, const char *what,
                           uint32_t times)
{
    if (!l || times == 0)
        return;
    char name[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "%s at %s", calling_ae, peer);
    uint64_t total = add(l, what, times, name);
    if (total == times)
        log_line(LOG_INFO, who, "%s is forgiven %s; told once, counted from now on", name, what);
    else
        log_line(LOG_TRACE, who, "%s is forgiven %s; %llu times by now", name, what, (unsigned long long)total);
}

void service_leniency_note_parse(struct service_leniency *leniency, const char *calling_ae, const char *peer,
                                 const struct dicom_tolerances *used)
{
#define TOLERANCE(id, text) service_leniency_note(leniency, calling_ae, peer, text, used->id);
#include "dicom/tolerance.def"
#undef TOLERANCE
}

void service_leniency_note_plan(struct service_leniency *leniency, const char *calling_ae, const char *peer,
                                const struct match_tolerances *used)
{
#define TOLERANCE(id, text) service_leniency_note(leniency, calling_ae, peer, text, used->id);
#include "match/tolerance.def"
#undef TOLERANCE
}
