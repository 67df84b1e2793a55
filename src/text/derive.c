/* derive.c -- a UUID of the accession number, and what follows from both. */
#include "text/derive.h"

#include <stdio.h>

#include "base/identity.h"
#include "base/sha1.h"
#include "base/utf8.h"
#include "base/wr.h"
#include "dicom/dictionary.h"

enum { UUID_BYTES = 16, ID_CHARS = 16, NAME_CAP = 1 << 20 };

static const struct text_source derived = { "--derive", { NULL, 0 }, true };

static struct span value_of(const struct text_level *level, uint32_t tag)
{
    const struct text_element *element = level ? text_draft_find(level, tag) : NULL;
    return span_trim(element ? element->value : (struct span){ NULL, 0 });
}

static struct span issuer_of(const struct text_draft *d)
{
    const struct text_element *sequence = text_draft_find(&d->top, TAG_IssuerOfAccessionNumberSequence);
    const struct text_level *item = sequence ? sequence->items : NULL;
    struct span local = value_of(item, TAG_LocalNamespaceEntityID);
    return local.n ? local : value_of(item, TAG_UniversalEntityID);
}

/* The UUID that "2.25." and a decimal number mean. */
static void read_uuid(const char *uid, uint8_t out[UUID_BYTES])
{
    memset(out, 0, UUID_BYTES);
    for (const char *c = uid + strlen("2.25."); *c; c++) {
        unsigned carry = (unsigned)(*c - '0');
        for (size_t i = UUID_BYTES; i-- > 0; carry >>= 8) {
            carry += out[i] * 10u;
            out[i] = (uint8_t)carry;
        }
    }
}

static void print_uid(const uint8_t uuid[UUID_BYTES], struct wr *out)
{
    uint8_t rest[UUID_BYTES];
    char digits[40];
    size_t at = sizeof digits;
    memcpy(rest, uuid, sizeof rest);
    /* 128 bits have at most 39 digits. */
    for (bool more = true; more && at > 0;) {
        unsigned remainder = 0;
        more = false;
        for (size_t i = 0; i < UUID_BYTES; i++) {
            remainder = remainder << 8 | rest[i];
            rest[i] = (uint8_t)(remainder / 10);
            remainder %= 10;
            more |= rest[i] != 0;
        }
        digits[--at] = (char)('0' + remainder);
    }
    wr_str(out, "2.25.");
    wr_bytes(out, digits + at, sizeof digits - at);
}

/* RFC 4122 4.3 */
static bool make_uuid(struct span issuer, struct span accession, uint8_t out[UUID_BYTES])
{
    struct wr name;
    uint8_t space[UUID_BYTES], digest[SHA1_BYTES];
    wr_init(&name, NAME_CAP);
    read_uuid(IDENTITY_CLASS_UID, space);
    wr_bytes(&name, space, sizeof space);
    wr_span(&name, issuer);
    wr_u8(&name, '\n');
    wr_span(&name, accession);
    sha1_digest(wr_done(&name), digest);
    memcpy(out, digest, UUID_BYTES);
    out[6] = (uint8_t)((out[6] & 0x0F) | 0x50);
    out[8] = (uint8_t)((out[8] & 0x3F) | 0x80);
    bool is_made = !name.failed;
    wr_fini(&name);
    return is_made;
}

static bool set(struct text_draft *d, struct text_level *level, uint32_t tag, struct span value, struct err *err)
{
    struct text_element *element = text_draft_find(level, tag);
    if (element && span_trim(element->value).n)
        return true;
    if (!element)
        element = text_draft_add(d, level, tag, &derived, 0, err);
    if (!element)
        return false;
    element->source = &derived;
    element->value = arena_copy(&d->arena, value);
    return true;
}

static bool set_step(struct text_draft *d, struct text_level *step, uint32_t number, struct span accession,
                     const uint8_t uuid[UUID_BYTES], struct err *err)
{
    char end[16];
    struct wr id;
    size_t room = ID_CHARS - (size_t)snprintf(end, sizeof end, "-%u", (unsigned)number);
    wr_init(&id, NAME_CAP);
    if (utf8_length(accession) <= room)
        wr_span(&id, accession);
    for (size_t i = 0; i < 6 && utf8_length(accession) > room; i++)
        wr_fmt(&id, "%02x", uuid[i]);
    wr_str(&id, end);
    bool is_set = set(d, step, TAG_ScheduledProcedureStepID, wr_done(&id), err);
    wr_fini(&id);
    return is_set;
}

static struct text_level *first_step(const struct text_draft *d)
{
    const struct text_element *sequence = text_draft_find(&d->top, TAG_ScheduledProcedureStepSequence);
    return sequence ? sequence->items : NULL;
}

static bool lacks_anything(const struct text_draft *d)
{
    bool lacks = value_of(&d->top, TAG_StudyInstanceUID).n == 0 || value_of(&d->top, TAG_RequestedProcedureID).n == 0;
    for (const struct text_level *step = first_step(d); step; step = step->next)
        lacks |= value_of(step, TAG_ScheduledProcedureStepID).n == 0;
    return lacks;
}

bool text_derive(struct text_draft *d, struct err *err)
{
    uint8_t uuid[UUID_BYTES];
    struct span accession = value_of(&d->top, TAG_AccessionNumber);
    if (!lacks_anything(d))
        return true;
    if (accession.n == 0)
        return err_set(err, ERR_SYNTAX, 0, TAG_AccessionNumber,
                       "nothing can be derived without an AccessionNumber (0008,0050)");
    if (!make_uuid(issuer_of(d), accession, uuid))
        return err_set(err, ERR_LIMIT, 0, TAG_AccessionNumber, "the accession number and its issuer are too long");
    struct wr uid;
    wr_init(&uid, 64);
    print_uid(uuid, &uid);
    bool is_set = set(d, &d->top, TAG_StudyInstanceUID, wr_done(&uid), err)
                  && set(d, &d->top, TAG_RequestedProcedureID, accession, err);
    wr_fini(&uid);
    uint32_t number = 1;
    for (struct text_level *step = first_step(d); step && is_set; step = step->next)
        is_set = set_step(d, step, number++, accession, uuid, err);
    return is_set;
}
