/* Every attribute of the Modality Worklist Information Model (PS3.4 Table K.6-1, as data/mwl_attributes.csv has it): as
 * a return key it comes back, with its value or empty; as a matching key it restricts, if it is one. */
#include "sets.h"

#include <stdio.h>

#include "dicom/dictionary.h"

struct row {
    uint32_t path[8]; /* the attribute is the last of them */
    size_t depth;
    bool is_key;
    enum dicom_vr vr;
};

enum { ATTRIBUTES = 217, KEYS = 132 };

static struct row table[ATTRIBUTES + 8];
static size_t count;

/* path,tag,keyword,vr,matching,return,...; the tag is quoted, as it has a comma. */
static int read_table(void **state)
{
    (void)state;
    FILE *f = fopen(MWL_ATTRIBUTES_CSV, "r");
    if (!f)
        return -1;
    char line[512], path[128], matching[4];
    bool good = fgets(line, sizeof line, f); /* the names of the columns */
    while (good && fgets(line, sizeof line, f)) {
        struct row row = { .depth = 0 };
        if (sscanf(line, "%127[^,],\"(%*4x,%*4x)\",%*[^,],%*[^,],%3[^,],", path, matching) != 2) {
            good = false;
            continue;
        }
        for (const char *at = path; *at; at += strspn(at, ">")) {
            row.path[row.depth++] = (uint32_t)strtoul(at, NULL, 16);
            at += strcspn(at, ">");
        }
        uint32_t tag = row.path[row.depth - 1];
        row.vr = dicom_dictionary_vr(tag);
        /* Table 8-2 has the meaning of a code as an optional key, but PS3.3 8.3 forbids that anybody goes by it. */
        row.is_key = strcmp(matching, "-") != 0 && tag != TAG_CodeMeaning;
        if (tag != TAG_SpecificCharacterSet && tag != TAG_TimezoneOffsetFromUTC) /* neither key nor return key */
            table[count++] = row;
    }
    fclose(f);
    return good && count == ATTRIBUTES ? 0 : -1;
}

static const char *keyword(uint32_t tag)
{
    const struct dicom_dictionary_entry *entry = dicom_dictionary_find(tag);
    if (!entry)
        fail_msg("PS3.6 has no %08X", (unsigned)tag);
    return entry->keyword;
}

static const char *value(enum dicom_vr vr, int which)
{
    static const struct {
        char code[3];
        const char *values[2];
    } samples[] = {
        { "DA", { "20240105", "20240106" } },
        { "TM", { "1000", "1100" } },
        { "DT", { "202401051000", "202401051100" } },
        { "UI", { "1.2", "1.3" } },
        { "DS", { "1.5", "2.5" } },
        { "IS", { "1", "2" } },
        { "US", { "1", "2" } },
        { "AS", { "040Y", "041Y" } },
        { "SQ", { "{CodeMeaning=m}", "{CodeMeaning=n}" } },
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (strcmp(samples[i].code, dicom_vr_info(vr)->code) == 0)
            return samples[i].values[which];
    return which ? "B" : "A";
}

/* A data set that has the attribute with this value; or not, if that is NULL, but the items on the way to it. */
static const char *set_with(const struct row *row, const char *text, char *room, size_t size)
{
    size_t n = 0;
    room[0] = 0;
    for (size_t i = 0; i + 1 < row->depth; i++)
        n += (size_t)snprintf(room + n, size - n, "%s={", keyword(row->path[i]));
    const char *last = text ? keyword(row->path[row->depth - 1]) : "0009,0010:LO"; /* anything else */
    n += (size_t)snprintf(room + n, size - n, "%s=%s", last, text ? text : "X");
    for (size_t i = 0; i + 1 < row->depth; i++)
        n += (size_t)snprintf(room + n, size - n, "}");
    assert_true(n < size);
    return room;
}

static void each_comes_back_with_its_value_or_empty(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &table[i];
        char query[512], stored[512], without[512];
        set_with(row, "", query, sizeof query);
        sets_check_answer(query, set_with(row, value(row->vr, 0), stored, sizeof stored), 0, NULL, stored);
        if (row->depth > 1 || row->path[0] != TAG_ScheduledProcedureStepSequence)
            sets_check_answer(query, set_with(row, NULL, without, sizeof without), 0, NULL, query);
    }
}

static void each_restricts_if_it_is_a_matching_key(void **state)
{
    (void)state;
    size_t keys = 0;
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &table[i];
        if (row->vr == VR_SQ)
            continue; /* a sequence matches by what is in its item: the rows below it */
        char query[512], same[512], other[512], without[512];
        set_with(row, value(row->vr, 0), query, sizeof query);
        set_with(row, value(row->vr, 0), same, sizeof same);
        set_with(row, value(row->vr, 1), other, sizeof other);
        set_with(row, NULL, without, sizeof without);
        const struct sets_row rows[] = { { query, same, true },
                                         { query, other, !row->is_key },
                                         { query, without, !row->is_key } };
        sets_check(rows, sizeof rows / sizeof *rows, false);
        keys += row->is_key;
    }
    assert_int_equal(keys, KEYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_comes_back_with_its_value_or_empty),
        cmocka_unit_test(each_restricts_if_it_is_a_matching_key),
    };
    return cmocka_run_group_tests_name("match/attributes", tests, read_table, NULL);
}
