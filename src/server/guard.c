/* guard.c -- from a configuration to what must stay reachable, and words for it. */
#include "server/guard.h"

#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "config/profile.h"

static const char who[] = "server/guard";

static bool is_folder(const char *path)
{
    struct stat st;
    return path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_given(const char *path)
{
    return path && *path;
}

static bool add_around(struct sandbox_reach *reach, const char *path, unsigned rights)
{
    return !is_given(path) || sandbox_reach_add_around(reach, path, rights);
}

static bool add_at(struct sandbox_reach *reach, const char *path, unsigned rights)
{
    return !is_given(path) || sandbox_reach_add(reach, path, rights);
}

static bool find_reach(struct sandbox_reach *reach, const struct config *config, const char *socket)
{
    bool found = true;
    reach->names = config->dicom_check_modality_host;
#define REACH_AROUND(path, rights, reason) found = found && add_around(reach, path, rights);
#define REACH_EACH(count, path, rights, reason)                                                                        \
    for (uint32_t i = 0; found && i < (count); i++)                                                                    \
        found = add_around(reach, path, rights);
#define REACH_AT(condition, path, rights, reason) found = found && (!(condition) || add_at(reach, path, rights));
#include "server/reach.def"
    return found;
}

/* What the C library loads when it is asked for the first time. Names of hosts it was asked for by the configuration
 * that wants them; a source of names (nsswitch.conf) that was not needed for those is not there for a later reload. */
static void touch_what_comes_on_demand(void)
{
    struct tm tm;
    tzset();
    localtime_r(&(time_t){ 0 }, &tm); /* the log's time: /etc/localtime */
}

bool server_guard_enter(struct server_guard *guard, const struct config *config, const char *socket, struct err *err)
{
    if (!config->sandbox)
        return true;
    if (!find_reach(&guard->reach, config, socket))
        return err_set(err, ERR_LIMIT, 0, 0,
                       "LuaScripts, Profiles and Database stand in more than %d folders: put them together, or write "
                       "\"Sandbox\" : false",
                       SANDBOX_PLACES);
    touch_what_comes_on_demand();
    sandbox_enter(&guard->reach, &guard->state);
    guard->entered = true;
    return true;
}

void server_guard_fini(struct server_guard *guard)
{
    sandbox_reach_fini(&guard->reach);
}

void server_guard_log(const struct server_guard *guard)
{
    if (!guard->entered) {
        log_line(LOG_WARNING, who,
                 "not protected: Sandbox is false, so whoever takes over this server has all its rights");
        return;
    }
    struct wr line;
    wr_init(&line, LOG_LINE_MAX);
    bool all = true;
    for (int i = 0; i < SANDBOX_PARTS; i++) {
        bool on = guard->state.parts[i].on;
        wr_fmt(&line, "%s%s%s (%s)", i ? ", " : "", sandbox_part_name((enum sandbox_part)i), on ? "" : " NOT",
               guard->state.parts[i].text);
        all &= on;
    }
    log_line(all ? LOG_INFO : LOG_WARNING, who, "%s: %.*s", all ? "protected" : "not all protections can be had",
             SPAN_FMT(wr_done(&line)));
    wr_fini(&line);
}

void server_guard_print(const struct server_guard *guard, struct wr *out)
{
    for (int i = 0; i < SANDBOX_PARTS; i++)
        wr_fmt(out, "%-20s%s%s\n", sandbox_part_name((enum sandbox_part)i),
               guard->state.parts[i].on ? "on   " : "off  ",
               guard->entered ? guard->state.parts[i].text : "Sandbox is false");
}

static bool admits(const struct server_guard *guard, const char *path, struct err *err)
{
    if (!is_given(path) || server_guard_may_read(guard, path))
        return true;
    return err_set(err, ERR_CONFIG, 0, 0,
                   "restart needed: %.120s lies outside of what may be read since the start (Sandbox)", path);
}

bool server_guard_admits(const struct server_guard *guard, const struct config *config, struct err *err)
{
    const char *socket = NULL; /* stays as it is */
    bool admitted = true;
    if (guard->entered && config->dicom_check_modality_host && !guard->reach.names)
        return err_set(
            err, ERR_CONFIG, 0, 0,
            "restart needed: names of hosts cannot be resolved, since DicomCheckModalityHost was false at the "
            "start (Sandbox)");
#define REACH_AROUND(path, rights, reason) admitted = admitted && admits(guard, path, err);
#define REACH_EACH(count, path, rights, reason)                                                                        \
    for (uint32_t i = 0; admitted && i < (count); i++)                                                                 \
        admitted = admits(guard, path, err);
#define REACH_AT(condition, path, rights, reason) admitted = admitted && (!(condition) || admits(guard, path, err));
#include "server/reach.def"
    return admitted;
}

bool server_guard_may_read(const void *arg, const char *path)
{
    const struct server_guard *guard = arg;
    return !guard->entered || !guard->state.parts[SANDBOX_FILES].on || sandbox_reach_has(&guard->reach, path);
}
