/* reload.c -- new settings on SIGHUP, while the old ones go on: a folder may take seconds to read, and its file system
 * may not answer at all, which is no reason to let nobody in. */
#include "base/log.h"
#include "base/thread.h"
#include "server/server_inside.h"

static const char who[] = "server";

/* A port that is open goes on speaking what it spoke. */
static bool has_same_ports(const struct server *s, const struct server_settings *now,
                           const struct server_settings *fresh, struct err *err)
{
    const struct config *before = now->config, *then = fresh->config;
    return (before->dicom_tls_enabled == then->dicom_tls_enabled && before->dicom_tls_port == then->dicom_tls_port)
           || err_set(err, ERR_CONFIG, 0, 0,
                      "%s: \"DicomTlsEnabled\" or \"DicomTlsPort\" has changed: restart the server for that",
                      s->options->path);
}

/* On a thread of its own. What it uses of the server does not change while it runs. */
static void *load(void *arg)
{
    struct server *s = arg;
    struct server_reload *r = &s->reload;
    struct server_settings *fresh = server_hold_settings(s, &r->err);
    if (fresh
        && !(has_same_ports(s, r->now, fresh, &r->err) && server_guard_admits(&s->guard, fresh->config, &r->err)
             && server_settings_open(fresh, &s->guard, 0, &r->err)))
        server_settings_free(&fresh);
    pthread_mutex_lock(&s->lock);
    r->fresh = fresh;
    r->is_done = true;
    pthread_mutex_unlock(&s->lock);
    net_wakeup_send(s->wakeup);
    return NULL;
}

void server_reload_begin(struct server *s)
{
    struct server_reload *r = &s->reload;
    if (r->is_running) { /* it may have read what was changed since */
        r->is_due = true;
        return;
    }
    *r = (struct server_reload){ .now = server_settings_acquire(s->settings) };
    r->is_running = thread_start(&r->thread, load, s) == 0;
    if (r->is_running)
        return;
    log_line(LOG_ERROR, who, "not reloaded, all stays as it was: there is no thread for it");
    server_settings_drop(r->now);
}

/* Gives back what it has used, and returns what came of it: NULL if nothing did. */
static struct server_settings *join(struct server *s)
{
    struct server_reload *r = &s->reload;
    pthread_join(r->thread, NULL);
    r->is_running = false;
    server_settings_drop(r->now);
    return r->fresh;
}

void server_reload_end(struct server *s)
{
    pthread_mutex_lock(&s->lock);
    bool is_done = s->reload.is_done;
    pthread_mutex_unlock(&s->lock);
    if (!s->reload.is_running || !is_done)
        return;
    struct server_settings *old = s->settings, *fresh = join(s);
    if (fresh) {
        s->settings = fresh;
        server_hold_descriptors(fresh->limits.associations);
        log_line(LOG_INFO, who, "reloaded: for new associations; the addresses listened on stay");
        server_settings_drop(old);
    } else {
        log_line(LOG_ERROR, who, "not reloaded, all stays as it was: %s", s->reload.err.what);
    }
    if (s->reload.is_due && !s->stopping)
        server_reload_begin(s);
}

void server_reload_fini(struct server *s)
{
    if (!s->reload.is_running)
        return;
    struct server_settings *fresh = join(s);
    server_settings_free(&fresh);
}
