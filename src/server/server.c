/* server.c -- the main thread: start in order, accept, follow signals, reload, drain. */
#include "server/server.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "server/server_inside.h"

static const char who[] = "server";

/* A folder that takes no longer than LOAD_WAIT_MS to read is complete when the first scanner can call. */
enum { LOAD_WAIT_MS = 500 };

static void retire(struct server_shared *shared, struct server_settings *settings)
{
    struct server *s = (struct server *)shared;
    pthread_mutex_lock(&s->lock);
    settings->next = s->retired;
    s->retired = settings;
    pthread_mutex_unlock(&s->lock);
    net_wakeup_send(s->wakeup);
}

static void ended(struct server_shared *shared)
{
    struct server *s = (struct server *)shared;
    pthread_mutex_lock(&s->lock);
    s->ended++;
    pthread_mutex_unlock(&s->lock);
    net_wakeup_send(s->wakeup);
}

static void free_retired(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    struct server_settings *retired = s->retired;
    s->retired = NULL;
    pthread_mutex_unlock(&s->lock);
    while (retired) {
        struct server_settings *next = retired->next;
        server_settings_free(&retired);
        retired = next;
    }
}

static void on_accepted(void *arg, int fd, const struct net_address *peer, bool tls)
{
    struct server *s = arg;
    char host[NET_ADDRESS_TEXT];
    net_address_host(peer, host);
    const struct limits *limits = &s->settings->limits;
    enum server_verdict verdict =
        server_census_enter(&s->shared.census, host, limits->associations, limits->associations_per_peer);
    if (verdict == CENSUS_REFUSE) {
        log_peer_line(LOG_WARNING, who, host, "too many connections: one from %s is closed unheard", host);
        close(fd);
        return;
    }
    struct server_worker *worker = &s->workers[s->next_worker++ % s->worker_count];
    server_worker_take(worker, fd, peer, server_settings_acquire(s->settings), verdict, tls);
}

static void on_drain_over(void *arg)
{
    struct server *s = arg;
    log_line(LOG_WARNING, who, "some queries still run: they are cut off");
    net_loop_stop(s->loop);
}

static void on_stop(void *arg)
{
    struct server *s = arg;
    if (s->stopping) { /* somebody is in a hurry */
        net_loop_stop(s->loop);
        return;
    }
    s->stopping = true;
    log_line(LOG_INFO, who, "stopping: running queries are finished first");
    server_ports_close(&s->ports);
    net_timer_start(s->drain_over, s->settings->limits.drain_ms);
    for (uint32_t i = 0; i < s->worker_count; i++)
        server_worker_drain(&s->workers[i]);
}

static void on_reload(void *arg)
{
    struct server *s = arg;
    if (!s->stopping)
        server_reload_begin(s);
}

/* On the main thread, whenever a worker rang, or new settings are there. */
static void on_wakeup(void *arg)
{
    struct server *s = arg;
    server_reload_end(s);
    free_retired(s);
    pthread_mutex_lock(&s->lock);
    bool all_ended = s->ended == s->worker_count;
    pthread_mutex_unlock(&s->lock);
    if (all_ended)
        net_loop_stop(s->loop);
}

static bool start_workers(struct server *s, struct err *err)
{
    uint32_t wanted = s->settings->config->dicom_threads_count;
    s->workers = calloc(wanted, sizeof *s->workers);
    for (uint32_t i = 0; s->workers && i < wanted; i++) {
        s->worker_count++;
        if (!server_worker_init(&s->workers[i], &s->shared))
            return err_set(err, ERR_MEMORY, 0, 0, "cannot start worker thread %u of %u", i + 1, wanted);
    }
    return s->workers || err_set(err, ERR_MEMORY, 0, 0, "no memory for worker threads");
}

static bool make_loop(struct server *s, struct err *err)
{
    s->loop = net_loop_new();
    if (s->loop) {
        s->wakeup = net_wakeup_new(s->loop, on_wakeup, s);
        s->drain_over = net_timer_new(s->loop, on_drain_over, s);
    }
    return (s->loop && s->wakeup && s->drain_over) || err_set(err, ERR_MEMORY, 0, 0, "cannot make an event loop");
}

/* Last: until there is something to drain, a signal ends the program at once. */
static bool follow_signals(struct server *s, struct err *err)
{
    s->signals[0] = net_signal_new(s->loop, SIGTERM, on_stop, s);
    s->signals[1] = net_signal_new(s->loop, SIGINT, on_stop, s);
    s->signals[2] = net_signal_new(s->loop, SIGHUP, on_reload, s);
    return (s->signals[0] && s->signals[1] && s->signals[2]) || err_set(err, ERR_MEMORY, 0, 0, "cannot follow signals");
}

/* What needs rights that are given up next: files anywhere, ports below 1024, sockets. */
static bool take_hold(struct server *s, struct err *err)
{
    char room[SERVER_CONTROL_PATH];
    s->settings = server_hold_settings(s, err);
    if (!s->settings)
        return false;
    server_hold_descriptors(s->settings->limits.associations);
    if (!make_loop(s, err))
        return false;
    s->ports = (struct server_ports){ .loop = s->loop, .accepted = on_accepted, .arg = s };
    if (!server_ports_open(&s->ports, s->options, s->settings, err))
        return false;
    server_hold_journal(s);
    const char *control = server_hold_control_path(s, room);
    return server_hold_control(s, control, err) && server_guard_enter(&s->guard, s->settings->config, control, err);
}

static bool start(struct server *s, struct err *err)
{
    signal(SIGPIPE, SIG_IGN); /* who reads our log may leave */
    if (!take_hold(s, err))
        return false;
    /* From here on there are threads. */
    log_start(NULL, NULL);
    server_guard_log(&s->guard);
    s->settings->may_be_broken =
        true; /* C-ECHO is still answered, and a scanner told what fails: not so by no server */
    if (!server_settings_open(s->settings, &s->guard, LOAD_WAIT_MS, err) || !follow_signals(s, err)
        || !start_workers(s, err))
        return false;
    if (s->settings->script_fault.code != ERR_NONE)
        log_line(LOG_ERROR, who, "%s: every worklist query is refused until that is mended",
                 s->settings->script_fault.what);
    if (!server_ports_start(&s->ports, err))
        return false;
    log_line(LOG_INFO, who, "mwl " MWL_VERSION " is ready");
    return true;
}

static void finish(struct server *s)
{
    server_reload_fini(s);
    server_ports_close(&s->ports);
    for (uint32_t i = 0; i < s->worker_count; i++)
        server_worker_fini(&s->workers[i]);
    free(s->workers);
    server_control_free(&s->control);
    journal_free(&s->shared.journal);
    if (s->settings)
        server_settings_drop(s->settings);
    free_retired(s);
    for (size_t i = 0; i < sizeof s->signals / sizeof *s->signals; i++)
        net_signal_free(&s->signals[i]);
    net_timer_free(&s->drain_over);
    net_wakeup_free(&s->wakeup);
    net_loop_free(&s->loop);
    service_leniency_free(&s->shared.leniency);
    server_guard_fini(&s->guard);
    server_census_fini(&s->shared.census);
    server_asked_fini(&s->shared.asked);
    pthread_mutex_destroy(&s->lock);
}

bool server_run(const struct server_options *options, struct err *err)
{
    struct server s = { .shared = { .retire = retire, .ended = ended }, .options = options };
    pthread_mutex_init(&s.lock, NULL);
    server_census_init(&s.shared.census);
    server_asked_init(&s.shared.asked);
    s.shared.leniency = service_leniency_new(); /* without it nothing is counted, which is no reason not to serve */
    bool started = start(&s, err);
    if (started)
        net_loop_run(s.loop);
    finish(&s);
    if (started)
        log_line(LOG_INFO, who, "stopped");
    log_stop();
    return started;
}

/* Without sockets: another server may hold them. */
bool server_check(const struct server_options *options, struct wr *out, struct err *err)
{
    char room[SERVER_CONTROL_PATH];
    struct server s = { .options = options };
    s.settings = server_hold_settings(&s, err);
    bool fine = s.settings && server_guard_enter(&s.guard, s.settings->config, server_hold_control_path(&s, room), err)
                && server_settings_open(s.settings, &s.guard, 0, err);
    if (fine) {
        wr_fmt(out, "%-20s%s\n", "worklists", source_folder_path(s.settings->folder));
        server_guard_print(&s.guard, out);
    }
    server_settings_free(&s.settings);
    server_guard_fini(&s.guard);
    return fine;
}
