/* profile.h -- what a device's profile (config/profile.h) makes of its queries, and of the answers to them. */
#ifndef MWL_SERVICE_PROFILE_H
#define MWL_SERVICE_PROFILE_H

#include "config/profile.h"
#include "match/plan.h"
#include "service/leniency.h"

/* A range of dates as in a key. */
struct service_days {
    char text[2 * 8 + 2];
};

/* Fills in what the profile says of a plan, and of an answer; neither changes anything else. "Today" is the day that
 * this machine's clock shows at `now_us` (clock_wall_us()). What is filled in is borrowed from the profile and from
 * `room`. */
void service_profile_plan(const struct config_profile *profile, uint64_t now_us, struct match_device *device,
                          struct service_days *room);
void service_profile_answer(const struct config_profile *profile, struct match_answer *answer);

/* Answers that are not as they would be for any other device. */
struct service_bent {
    uint32_t nobodys; /* entries that name no station */
    uint32_t spelled, cut;
};

/* Says in the log how many there were of each, and how many by now. */
void service_profile_log_bent(const struct service_bent *bent, struct service_leniency *leniency,
                              const char *calling_ae, const char *peer);

/* Says in the log which profile a device has and what that changes: each time, since a profile is easily forgotten.
 * `calling_ae` and `peer` are fit for a log line. */
void service_profile_log(const struct config_profile *profile, const char *calling_ae, const char *peer);

#endif
