/* control.c -- answers on the control socket. Lines are made as the reader takes them, so that one who does not read
 * costs no memory. */
#include "server/control.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "net/local.h"
#include "net/stream.h"

static const char who[] = "server/control";

enum { CLIENTS = 16, REQUEST_MAX = 4096, OUTPUT_MAX = 256 * 1024, OUTPUT_FULL = 32 * 1024 };

struct client {
    struct server_control *control;
    struct client *next, **link; /* in the list of control */
    struct net_stream *stream;
    char request[REQUEST_MAX];
    size_t request_length;
    struct wr output;
    size_t sent;

    /* The answer that is on its way. */
    bool listing, follow;
    uint64_t at, last; /* the next record, and the one after the last of those that were asked for */
};

struct server_control {
    struct journal *journal;
    struct server_control_options options; /* socket and host are copied */
    char socket[108], host[NET_ADDRESS_TEXT];
    struct net_loop *loop;
    struct net_listener *listener;
    struct net_wakeup *added;
    struct client *clients;
    uint32_t count;
};

static void client_free(struct client *c)
{
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    c->control->count--;
    net_stream_free(&c->stream);
    wr_fini(&c->output);
    free(c);
}

static void put_json(struct client *c, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    wr_fmt(&c->output, "%s\n", text ? text : "{}");
    free(text);
    json_decref(object);
}

static void put_error(struct client *c, const char *what)
{
    put_json(c, json_pack("{s:s}", "error", what));
}

/* ---- answers ---- */

static void put_end(struct client *c)
{
    c->listing = false;
    wr_str(&c->output, "{\"end\":true}\n");
}

static void put_records(struct client *c)
{
    struct journal_view view;
    while (c->listing && c->output.n < OUTPUT_FULL) {
        if ((!c->follow && c->at >= c->last) || !journal_get(c->control->journal, c->at, &view)) {
            if (!c->follow)
                put_end(c);
            return;
        }
        c->at = view.number + 1;
        journal_json(&view, false, &c->output);
        wr_str(&c->output, "\n");
        journal_release(&view);
    }
}

static void begin_list(struct client *c, const json_t *request)
{
    json_int_t last = json_integer_value(json_object_get(request, "last"));
    c->last = journal_next(c->control->journal);
    c->at = last > 0 && (uint64_t)last < c->last ? c->last - (uint64_t)last : 0;
    c->follow = json_is_true(json_object_get(request, "follow"));
    c->listing = true;
}

static void show(struct client *c, const json_t *request)
{
    struct journal_view view;
    uint64_t number = (uint64_t)json_integer_value(json_object_get(request, "number"));
    if (!journal_get(c->control->journal, number, &view)) {
        put_error(c, "the journal has no such record yet");
        return;
    }
    if (view.number == number) {
        journal_json(&view, true, &c->output);
        wr_str(&c->output, "\n");
        put_end(c);
    } else {
        put_error(c, "the journal has no such record any more");
    }
    journal_release(&view);
}

static void about(struct client *c)
{
    char *folder = getcwd(NULL, 0); /* from which relative paths of the configuration begin */
    const struct server_control_options *o = &c->control->options;
    put_json(c, json_pack("{s:s, s:s, s:s, s:b, s:s, s:i, s:b}", "version", MWL_VERSION, "path", o->path, "folder",
                          folder ? folder : "/", "forceConfig", (int)o->force_config, "host", o->host, "port",
                          (int)o->port, "tls", (int)o->tls));
    free(folder);
    put_end(c);
}

static void answer(struct client *c)
{
    json_t *request = json_loadb(c->request, c->request_length, JSON_REJECT_DUPLICATES, NULL);
    const char *command = json_string_value(json_object_get(request, "command"));
    if (!command)
        put_error(c, "a request is a line of JSON, with a \"command\"");
    else if (strcmp(command, "list") == 0)
        begin_list(c, request);
    else if (strcmp(command, "show") == 0)
        show(c, request);
    else if (strcmp(command, "about") == 0)
        about(c);
    else
        put_error(c, "there is no such command: list, show or about");
    json_decref(request);
}

/* ---- bytes ---- */

/* Sends what there is and a piece of what can be made of the rest, then waits for its turn: the loop has scanners to
 * accept, too. May free the client. */
static void run(struct client *c)
{
    put_records(c);
    bool more = c->listing && c->output.n >= OUTPUT_FULL;
    ssize_t n = c->output.failed ? -1 : 0;
    if (c->sent < c->output.n && !c->output.failed)
        n = net_stream_send(c->stream, span_of(c->output.p + c->sent, c->output.n - c->sent));
    if (n < 0) {
        client_free(c);
        return;
    }
    c->sent += (size_t)n;
    more |= c->sent < c->output.n;
    if (c->sent == c->output.n) {
        wr_reset(&c->output);
        c->sent = 0;
    }
    if (more)
        net_stream_want_room(c->stream);
}

static void on_received(void *arg, struct span bytes)
{
    struct client *c = arg;
    for (size_t i = 0; i < bytes.n; i++) {
        bool ends = bytes.p[i] == '\n';
        if (!ends && c->request_length == sizeof c->request) {
            client_free(c);
            return;
        }
        if (!ends) {
            c->request[c->request_length++] = (char)bytes.p[i];
            continue;
        }
        /* One at a time: who asks again before the end of an answer gets no more of it. */
        answer(c);
        c->request_length = 0;
        if (c->output.n > OUTPUT_FULL)
            break;
    }
    run(c);
}

static void on_writable(void *arg)
{
    run(arg);
}

static void on_closed(void *arg)
{
    client_free(arg);
}

static void on_accepted(void *arg, int fd, const struct net_address *peer)
{
    static const struct net_stream_handler handler = { on_received, on_writable, on_closed };
    struct server_control *control = arg;
    (void)peer;
    struct client *c = control->count < CLIENTS ? calloc(1, sizeof *c) : NULL;
    if (!c) {
        close(fd);
        return;
    }
    c->control = control;
    wr_init(&c->output, OUTPUT_MAX);
    c->stream = net_stream_new(control->loop, fd, &handler, c);
    c->next = control->clients;
    c->link = &control->clients;
    if (c->next)
        c->next->link = &c->next;
    control->clients = c;
    control->count++;
    if (!c->stream)
        client_free(c);
}

/* On whatever thread has added a record. */
static void on_added(void *arg)
{
    struct server_control *control = arg;
    net_wakeup_send(control->added);
}

static void on_wakeup(void *arg)
{
    struct server_control *control = arg;
    struct client *next;
    for (struct client *c = control->clients; c; c = next) {
        next = c->next;
        if (c->follow)
            run(c);
    }
}

struct server_control *server_control_new(struct net_loop *loop, struct journal *journal,
                                          const struct server_control_options *options, struct err *err)
{
    struct server_control *control = calloc(1, sizeof *control);
    if (!control) {
        err_set(err, ERR_MEMORY, 0, 0, "no memory for the control socket");
        return NULL;
    }
    *control = (struct server_control){ .journal = journal, .options = *options, .loop = loop };
    snprintf(control->socket, sizeof control->socket, "%s", options->socket);
    snprintf(control->host, sizeof control->host, "%s", options->host);
    control->options.socket = control->socket;
    control->options.host = control->host;
    control->added = net_wakeup_new(loop, on_wakeup, control);
    if (!control->added)
        err_set(err, ERR_MEMORY, 0, 0, "no memory for the control socket");
    else
        control->listener = net_local_listen(loop, options->socket, on_accepted, control, err);
    if (control->listener && !net_listener_start(control->listener)) {
        err_set(err, ERR_MEMORY, 0, 0, "cannot accept connections at %s", options->socket);
        server_control_free(&control);
        return NULL;
    }
    if (!control->listener) {
        server_control_free(&control);
        return NULL;
    }
    journal_watch(journal, on_added, control);
    log_line(LOG_INFO, who, "journal at %s", options->socket);
    return control;
}

void server_control_free(struct server_control **control)
{
    struct server_control *c = *control;
    if (!c)
        return;
    journal_watch(c->journal, NULL, NULL);
    struct client *next;
    for (struct client *client = c->clients; client; client = next) {
        next = client->next;
        client_free(client);
    }
    if (c->listener)
        unlink(c->options.socket);
    net_listener_free(&c->listener);
    net_wakeup_free(&c->added);
    free(c);
    *control = NULL;
}

bool server_control_path(uint16_t port, char *out, size_t room)
{
    const char *folder = getenv("RUNTIME_DIRECTORY");
    if (!folder || !*folder)
        folder = getenv("XDG_RUNTIME_DIR");
    if (!folder || !*folder)
        return false;
    int n = snprintf(out, room, "%s/mwl-%u.sock", folder, port);
    return n > 0 && (size_t)n < room;
}
