/* profile.h -- device profiles: what single devices get that the standard, or everybody, does not ("Profiles" of the
 * section "Worklists").
 *
 * A profile is a rule: conditions, all of which have to hold, and options. The first rule whose conditions hold is the
 * device's; one without conditions holds for every device. What there is of both are the rows of profile.def: parser,
 * `mwl config` and documentation come from them. */
#ifndef MWL_CONFIG_PROFILE_H
#define MWL_CONFIG_PROFILE_H

#include "config/config.h"
#include "dicom/charset.h"
#include "dicom/vr.h"

/* Of a number of days that is not set. */
#define CONFIG_NO_DAYS UINT32_MAX

struct config_titles {
    const struct span *list; /* trimmed */
    uint32_t count;
};

struct config_charset {
    const char *term; /* NULL if it is not set */
    struct dicom_charset charset;
};

struct config_lengths {
    const struct dicom_length *list;
    uint32_t count;
};

struct config_profile {
    /* Strings are never NULL; "" is one that is not set. `file` is a path as the system takes it. */
#define PROFILE_TEXT(name, field, text)          const char *field;
#define PROFILE_CONDITION(name, field, text)     const char *field;
#define PROFILE_BOOL(name, field, host, text)    bool field;
#define PROFILE_DAYS(name, field, host, text)    uint32_t field;
#define PROFILE_TITLES(name, field, host, text)  struct config_titles field;
#define PROFILE_CHARSET(name, field, host, text) struct config_charset field;
#define PROFILE_LENGTHS(name, field, host, text) struct config_lengths field;
#include "config/profile.def"

    uint32_t number;               /* of the rule, from 1 */
    struct config_address network; /* of `address`, if that is set */
    uint32_t network_bits;         /* ... of which so many count */
};

/* What is known of a device when it asks for an association. What is not known fits no condition. */
struct config_device {
    struct span calling_aet; /* trimmed */
    struct span implementation_class_uid, implementation_version;
    const char *address; /* numeric; NULL: not known */
};

/* The first profile whose conditions hold; NULL if there is none. AE titles are compared as StrictAetComparison says.
 * Good while the configuration is. */
const struct config_profile *config_profile_find(const struct config *config, const struct config_device *device);

/* Appends what a person calls a profile and what it changes, for a line of the log: `profile 2, "Aristos", of
 * profiles/aristos.json: OmitEmptyCodeItems, DaysBeforeToday 1`. */
void config_profile_describe(const struct config_profile *profile, struct wr *out);

#endif
