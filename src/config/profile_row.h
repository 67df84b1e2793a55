/* profile_row.h -- profile.def as rows, for those who read, print and describe profiles. Private to this folder. */
#ifndef MWL_CONFIG_PROFILE_ROW_H
#define MWL_CONFIG_PROFILE_ROW_H

#include "config/profile.h"

enum config_profile_kind {
    PROFILE_KIND_TEXT,
    PROFILE_KIND_CONDITION,
    PROFILE_KIND_BOOL,
    PROFILE_KIND_DAYS,
    PROFILE_KIND_TITLES,
    PROFILE_KIND_CHARSET,
    PROFILE_KIND_LENGTHS
};

struct config_profile_row {
    enum config_profile_kind kind;
    const char *name;
    size_t field;     /* offset in struct config_profile */
    const char *host; /* why it does not work inside Orthanc; "" if it does */
    const char *text;
};

extern const struct config_profile_row config_profile_rows[];
extern const size_t config_profile_row_count;

static inline void *config_profile_at(struct config_profile *profile, const struct config_profile_row *row)
{
    return (char *)profile + row->field;
}

static inline const void *config_profile_value(const struct config_profile *profile,
                                               const struct config_profile_row *row)
{
    return (const char *)profile + row->field;
}

/* A profile that changes nothing. */
void config_profile_init(struct config_profile *profile);

/* Whether a field has been given a value that changes something. */
bool config_profile_is_set(const struct config_profile *profile, const struct config_profile_row *row);

/* Whether a rule has a condition. */
bool config_profile_has_condition(const struct config_profile *profile);

/* "10.1.0.0/16" or an address alone. False: it is none. */
bool config_profile_network(const char *text, struct config_profile *profile);

#endif
