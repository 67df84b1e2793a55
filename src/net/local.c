/* local.c -- Unix sockets: permissions, and what is left of a server that was killed. */
#include "net/local.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool address_of(const char *path, struct net_address *out, struct err *err)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof un.sun_path)
        return err_set(err, ERR_IO, 0, 0, "%s: a socket's path has at most %zu bytes", path, sizeof un.sun_path - 1);
    memcpy(un.sun_path, path, strlen(path));
    *out = (struct net_address){ .length = sizeof un };
    memcpy(&out->storage, &un, sizeof un);
    return true;
}

static int connect_to(const struct net_address *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address->storage, address->length) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        fd = -1;
    }
    return fd;
}

int net_local_connect(const char *path, struct err *err)
{
    struct net_address address = { 0 };
    if (!address_of(path, &address, err))
        return -1;
    int fd = connect_to(&address);
    if (fd < 0)
        err_set(err, ERR_IO, 0, 0, "no server answers at %s: %s", path, strerror(errno));
    return fd;
}

/* Makes way for a new socket. */
static bool clear(const char *path, const struct net_address *address, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return true;
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_IO, 0, 0, "%s is a folder: name a socket in it, %s/mwl.sock", path, path);
    if (!S_ISSOCK(st.st_mode))
        return err_set(err, ERR_IO, 0, 0, "%s is there already, and is no socket: remove it, or choose another path",
                       path);
    int fd = connect_to(address);
    if (fd >= 0) {
        close(fd);
        return err_set(err, ERR_IO, 0, 0, "%s: another server answers there: choose another path", path);
    }
    if (errno != ECONNREFUSED || unlink(path) != 0)
        return err_set(err, ERR_IO, 0, 0, "%s: cannot be replaced: %s", path, strerror(errno));
    return true;
}

struct net_listener *net_local_listen(struct net_loop *loop, const char *path, net_accepted *accepted, void *arg,
                                      struct err *err)
{
    struct net_address address = { 0 };
    struct err why = { 0 };
    if (!address_of(path, &address, err) || !clear(path, &address, err))
        return NULL;
    mode_t before = umask(0177); /* there is no moment at which anybody else may open it */
    struct net_listener *listener = net_listener_new(loop, &address, accepted, arg, &why);
    int error = errno;
    umask(before);
    if (!listener)
        err_set(err, ERR_IO, 0, 0, "cannot make the socket %s: %s", path, strerror(error));
    return listener;
}
