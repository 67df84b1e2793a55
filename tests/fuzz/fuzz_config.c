/* Configurations: whatever a file holds, a configuration or one error that names the file; and what is printed of a
 * configuration is the same configuration. No name is resolved: every host is unknown.
 *
 * What stands behind a NUL is a file of its own, under a name that the configuration can give as the one of a profile:
 * /proc/self/fd/100. */
#include "fuzz.h"

#include <netdb.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/utf8.h"
#include "config/access.h"
#include "config/load.h"
#include "config/profile.h"

enum { PRINT_CAP = 64 << 20, PROFILE = 100 };

/* By the linker, in place of the one of the system: see meson.build. */
int __wrap_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out);

int __wrap_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    (void)node;
    (void)service;
    (void)hints;
    *out = NULL;
    return EAI_NONAME;
}

static json_t *origins_of(json_t *root)
{
    json_t *origins = json_object();
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value) json_object_set_new(origins, name, json_string("a.json"));
    return origins;
}

static struct config *load(struct span file, struct err *err)
{
    struct config *config = NULL;
    struct wr notes;
    wr_init(&notes, 64 << 10);
    json_t *root = config_parse("a.json", file, err);
    if (root) {
        json_t *origins = origins_of(root);
        config = config_load_sections("a.json", root, origins, &notes, err);
        json_decref(origins);
        json_decref(root);
    }
    DEMAND(!config == (err->code != ERR_NONE));
    wr_fini(&notes);
    return config;
}

/* Who may ask is looked up in it, and what for. */
static void use(const struct config *config)
{
    struct err err = { .code = ERR_NONE };
    struct wr advice;
    wr_init(&advice, 4096);
    struct config_device device = { .calling_aet = span_str("CT1"),
                                    .implementation_class_uid = span_str("1.2.3"),
                                    .implementation_version = span_str("ACME"),
                                    .address = "192.0.2.7" };
    (void)config_profile_find(config, &device);
    (void)config_access(config, CONFIG_FIND_WORKLIST, device.calling_aet, device.address, &advice);
    (void)config_access(config, CONFIG_ECHO, device.calling_aet, device.address, &advice);
    if (!config_check_serve(config, &err) || !config_check_host(config, &err))
        DEMAND(err.code == ERR_CONFIG && err.what[0]);
    DEMAND(config_called_aet(config, span_str(config->dicom_aet)));
    wr_fini(&advice);
}

static void print_again(const struct config *config)
{
    struct wr once, twice;
    struct err err = { .code = ERR_NONE };
    wr_init(&once, PRINT_CAP);
    wr_init(&twice, PRINT_CAP);
    config_print(config, &once);
    DEMAND(!once.failed && utf8_valid(wr_done(&once)));
    struct config *again = load(wr_done(&once), &err);
    if (!again)
        fprintf(stderr, "%s\n", err.what);
    DEMAND(again);
    config_print(again, &twice);
    DEMAND(span_eq(wr_done(&once), wr_done(&twice)));
    config_free(&again);
    wr_fini(&once);
    wr_fini(&twice);
}

/* The same text as the configuration of a host. */
static void load_host(struct span file)
{
    struct err err = { .code = ERR_NONE };
    struct wr text, notes;
    wr_init(&text, file.n + 1);
    wr_init(&notes, 64 << 10);
    wr_span(&text, file);
    wr_u8(&text, 0);
    struct config *config = config_load_host((const char *)text.p, &notes, &err);
    DEMAND(!config == (err.code != ERR_NONE));
    config_free(&config);
    wr_fini(&notes);
    wr_fini(&text);
}

static void put_profile(struct span text)
{
    static bool is_made;
    if (!is_made) {
        int fd = memfd_create("profile", 0);
        DEMAND(fd >= 0 && dup2(fd, PROFILE) == PROFILE);
        close(fd);
        is_made = true;
    }
    DEMAND(ftruncate(PROFILE, 0) == 0 && pwrite(PROFILE, text.n ? text.p : (const uint8_t *)"", text.n, 0) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = { .code = ERR_NONE };
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    struct span file = span_of(data, end ? (size_t)(end - data) : size);
    put_profile(end ? span_of(end + 1, size - file.n - 1) : span_str("{}"));
    load_host(file);
    struct config *config = load(file, &err);
    if (!config) {
        DEMAND(err.code != ERR_CONFIG || strncmp(err.what, "a.json", 6) == 0 || err.what[0] == '/');
        return 0;
    }
    use(config);
    print_again(config);
    config_free(&config);
    return 0;
}
