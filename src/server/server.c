/* server.c -- the main thread: start in order, accept, follow signals, reload, drain. */
#include "server/server.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "server/control.h"
#include "server/guard.h"
#include "server/ports.h"
#include "server/worker.h"

static const char who[] = "server";

/* A folder that takes no longer than LOAD_WAIT_MS to read is complete when the first scanner can call. */
enum { DESCRIPTORS = 4096, LOAD_WAIT_MS = 500, CONTROL_PATH = 108 };

struct server {
    struct server_shared shared; /* first: workers know the server by it */
    const struct server_options *options;
    struct server_settings *settings; /* for connections to come; one reference is ours */
    struct server_guard guard;

    struct net_loop *loop;
    struct net_wakeup *wakeup; /* a worker ended, or settings were retired */
    struct net_timer *drain_over;
    struct net_signal *signals[3];
    struct server_ports ports;
    struct server_control *control; /* NULL: nobody can ask */
    struct server_worker *workers;
    uint32_t worker_count, next_worker;

    pthread_mutex_t lock;
    struct server_settings *retired; /* under the lock: to be freed by this thread */
    uint32_t ended;                  /* under the lock: workers that came to their end */
    bool stopping;
};

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

static struct server_settings *load_settings(const struct server *s, struct err *err)
{
    struct server_settings *settings = server_settings_load(s->options->path, s->options->force_config, err);
    if (settings && server_ports_want_tls(s->options, settings->config) && !server_settings_load_tls(settings, err))
        server_settings_free(&settings);
    return settings;
}

/* A port that is open goes on speaking what it spoke. */
static bool has_same_ports(const struct server *s, const struct server_settings *fresh, struct err *err)
{
    const struct config *now = s->settings->config, *then = fresh->config;
    return (now->dicom_tls_enabled == then->dicom_tls_enabled && now->dicom_tls_port == then->dicom_tls_port)
           || err_set(err, ERR_CONFIG, 0, 0,
                      "%s: \"DicomTlsEnabled\" or \"DicomTlsPort\" has changed: restart the server for that",
                      s->options->path);
}

/* Every connection takes a descriptor, and those beyond the limits get an answer too (census.h). The folder must not
 * go without because of them. */
static void raise_descriptors(uint32_t associations)
{
    struct rlimit files;
    rlim_t needed = 2 * (rlim_t)associations + 64;
    rlim_t wanted = needed < DESCRIPTORS ? DESCRIPTORS : needed;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted)
        return;
    files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < needed)
        log_line(
            LOG_WARNING, who,
            "only %llu descriptors: with many scanners the folder may become unreadable; raise `ulimit -n`, or set "
            "MaximumAssociations to less than %u",
            (unsigned long long)files.rlim_cur, associations);
}

static void on_reload(void *arg)
{
    struct server *s = arg;
    if (s->stopping)
        return;
    struct err err = { 0 };
    struct server_settings *fresh = load_settings(s, &err);
    if (fresh
        && !(has_same_ports(s, fresh, &err) && server_guard_admits(&s->guard, fresh->config, &err)
             && server_settings_open(fresh, &s->guard, 0, &err)))
        server_settings_free(&fresh);
    if (!fresh) {
        log_line(LOG_ERROR, who, "not reloaded, all stays as it was: %s", err.what);
        return;
    }
    struct server_settings *old = s->settings;
    s->settings = fresh;
    raise_descriptors(fresh->limits.associations);
    log_line(LOG_INFO, who, "reloaded: for new associations; the addresses listened on stay");
    if (server_settings_release(old))
        server_settings_free(&old);
}

/* On the main thread, whenever a worker rang. */
static void on_wakeup(void *arg)
{
    struct server *s = arg;
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

/* Where the control socket is to be; NULL: nowhere. */
static const char *control_path(const struct server *s, char room[CONTROL_PATH])
{
    const struct config *config = s->settings->config;
    if (!config->journal_size)
        return NULL;
    if (s->options->control)
        return s->options->control;
    if (*config->control_socket)
        return config->control_socket;
    return server_control_path((uint16_t)config->dicom_port, room, CONTROL_PATH) ? room : NULL;
}

/* What --control or the configuration says must be; a default that cannot be is no reason not to serve. */
static bool open_control(struct server *s, const char *path, struct err *err)
{
    struct err why = { 0 };
    char host[NET_ADDRESS_TEXT];
    bool asked = s->options->control || *s->settings->config->control_socket;
    struct server_control_options options = {
        .socket = path, .path = s->options->path, .force_config = s->options->force_config, .host = host
    };
    if (!s->shared.journal || !path)
        return true;
    server_ports_near(&s->ports, host, &options.port, &options.tls);
    s->control = server_control_new(s->loop, s->shared.journal, &options, &why);
    if (!s->control && asked) {
        *err = why;
        return false;
    }
    if (!s->control)
        log_line(LOG_WARNING, who, "`mwl journal` cannot ask this server: %s", why.what);
    return true;
}

static void open_journal(struct server *s)
{
    const struct config *config = s->settings->config;
    struct journal_options options = { config->journal_size, config->journal_bytes, config->journal_mask };
    s->shared.journal = journal_new(&options);
}

/* What needs rights that are given up next: files anywhere, ports below 1024, sockets. */
static bool take_hold(struct server *s, struct err *err)
{
    char room[CONTROL_PATH];
    s->settings = load_settings(s, err);
    if (!s->settings)
        return false;
    raise_descriptors(s->settings->limits.associations);
    if (!make_loop(s, err))
        return false;
    s->ports = (struct server_ports){ .loop = s->loop, .accepted = on_accepted, .arg = s };
    if (!server_ports_open(&s->ports, s->options, s->settings, err))
        return false;
    open_journal(s);
    const char *control = control_path(s, room);
    return open_control(s, control, err) && server_guard_enter(&s->guard, s->settings->config, control, err);
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
    server_ports_close(&s->ports);
    for (uint32_t i = 0; i < s->worker_count; i++)
        server_worker_fini(&s->workers[i]);
    free(s->workers);
    server_control_free(&s->control);
    journal_free(&s->shared.journal);
    if (s->settings && server_settings_release(s->settings))
        server_settings_free(&s->settings);
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
    char room[CONTROL_PATH];
    struct server s = { .options = options };
    s.settings = load_settings(&s, err);
    bool fine = s.settings && server_guard_enter(&s.guard, s.settings->config, control_path(&s, room), err)
                && server_settings_open(s.settings, &s.guard, 0, err);
    if (fine) {
        wr_fmt(out, "%-20s%s\n", "worklists", source_folder_path(s.settings->folder));
        server_guard_print(&s.guard, out);
    }
    server_settings_free(&s.settings);
    server_guard_fini(&s.guard);
    return fine;
}
