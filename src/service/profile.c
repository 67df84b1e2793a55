/* profile.c -- options become fields of a plan and of an answer. */
#include "service/profile.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "dicom/value.h"

static const char who[] = "service/profile";

enum { DESCRIPTION_MAX = 4096 };

static const int64_t day_us = INT64_C(24) * 60 * 60 * 1000000;

static void print_day(int64_t today, uint32_t days, int sign, char out[9])
{
    if (days == CONFIG_NO_DAYS)
        out[0] = 0;
    else
        dicom_value_print_date(today + sign * (int64_t)days * day_us, out);
}

/* The range of dates around today; p NULL: any. */
static struct span days_of(const struct config_profile *profile, uint64_t now_us, struct service_days *room)
{
    char today[9], first[9], last[9];
    struct dicom_moments at;
    bool any = profile->days_before_today == CONFIG_NO_DAYS && profile->days_after_today == CONFIG_NO_DAYS;
    clock_local_date(now_us, today);
    if (any || !dicom_value_date(span_str(today), &at))
        return (struct span){ NULL, 0 };
    print_day(at.first, profile->days_before_today, -1, first);
    print_day(at.first, profile->days_after_today, 1, last);
    snprintf(room->text, sizeof room->text, "%s-%s", first, last);
    return span_str(room->text);
}

void service_profile_plan(const struct config_profile *profile, uint64_t now_us, struct match_device *device,
                          struct service_days *room)
{
    device->aliases = profile->station_aliases.list;
    device->alias_count = profile->station_aliases.count;
    device->without_station = profile->show_entries_without_station;
    device->days = days_of(profile, now_us, room);
}

void service_profile_answer(const struct config_profile *profile, struct match_answer *answer)
{
    answer->omit_empty = profile->omit_empty_attributes;
    answer->omit_code_items = profile->omit_empty_code_items;
    answer->lengths = profile->maximum_lengths.list;
    answer->length_count = profile->maximum_lengths.count;
    /* Where the character set is for a host to say, it is there already. */
    if (profile->answer_character_set.term && answer->charset_count == 0) {
        answer->charsets[answer->charset_count++] = profile->answer_character_set.charset;
        answer->transliterate = profile->transliterate;
    }
}

void service_profile_log_bent(const struct service_bent *bent, struct service_leniency *leniency,
                              const char *calling_ae, const char *peer)
{
    const struct {
        uint32_t answers;
        const char *what;
    } rows[] = {
        { bent->nobodys, "entries that name no station (ShowEntriesWithoutStation)" },
        { bent->spelled, "entries in other letters (Transliterate)" },
        { bent->cut, "entries with text that is cut (MaximumLengths)" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].answers)
            log_line(
                LOG_INFO, "service/find", "%s at %s is shown %u %s, %llu by now", calling_ae, peer, rows[i].answers,
                rows[i].what,
                (unsigned long long)service_leniency_count(leniency, calling_ae, peer, rows[i].what, rows[i].answers));
}

void service_profile_log(const struct config_profile *profile, const char *calling_ae, const char *peer)
{
    if (!log_enabled(LOG_INFO))
        return;
    struct wr text;
    wr_init(&text, DESCRIPTION_MAX);
    config_profile_describe(profile, &text);
    log_line(LOG_INFO, who, "%s at %s has %.*s", calling_ae, peer, SPAN_FMT(wr_done(&text)));
    wr_fini(&text);
}
