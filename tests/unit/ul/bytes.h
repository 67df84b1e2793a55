/* bytes.h -- A-ASSOCIATE PDUs for tests, made item by item so that each test can spoil what it is about. */
#ifndef MWL_TESTS_UNIT_UL_BYTES_H
#define MWL_TESTS_UNIT_UL_BYTES_H

#include "base/wr.h"
#include "ul/pdu.h"

#define MWL_FIND            "1.2.840.10008.5.1.4.31"
#define VERIFICATION        "1.2.840.10008.1.1"
#define IMPLICIT_LE         "1.2.840.10008.1.2"
#define EXPLICIT_LE         "1.2.840.10008.1.2.1"
#define APPLICATION_CONTEXT "1.2.840.10008.3.1.1.1"

/* Protocol version and both titles, with a reserved field that is not zero. */
static inline void put_fixed(struct wr *wr, uint16_t version, const char *called16, const char *calling16)
{
    wr_u16be(wr, version);
    wr_u16be(wr, 0xEEEE);
    wr_bytes(wr, called16, 16);
    wr_bytes(wr, calling16, 16);
    wr_fill(wr, 0xEE, 32);
}

static inline void put_item(struct wr *wr, uint8_t type, struct span value)
{
    wr_u8(wr, type);
    wr_u8(wr, 0xEE);
    wr_u16be(wr, (uint16_t)value.n);
    wr_span(wr, value);
}

/* A presentation context item 20H (or 21H) with sub-items that the caller has made. */
static inline void put_context_item(struct wr *wr, uint8_t type, uint8_t id, uint8_t result, struct span sub_items)
{
    wr_u8(wr, type);
    wr_u8(wr, 0);
    wr_u16be(wr, (uint16_t)(4 + sub_items.n));
    wr_bytes(wr, (uint8_t[]){ id, 0, result, 0 }, 4);
    wr_span(wr, sub_items);
}

static inline void put_context(struct wr *wr, uint8_t id, const char *abstract, const char *transfer)
{
    struct wr sub;
    wr_init(&sub, 1000);
    put_item(&sub, 0x30, span_str(abstract));
    put_item(&sub, 0x40, span_str(transfer));
    put_context_item(wr, 0x20, id, 0, wr_done(&sub));
    wr_fini(&sub);
}

static inline void put_user_information(struct wr *wr, uint32_t max_length)
{
    struct wr sub;
    wr_init(&sub, 1000);
    put_item(&sub, 0x51,
             span_of((uint8_t[]){ (uint8_t)(max_length >> 24), (uint8_t)(max_length >> 16), (uint8_t)(max_length >> 8),
                                  (uint8_t)max_length },
                     4));
    put_item(&sub, 0x52, span_str("1.9"));
    put_item(wr, 0x50, wr_done(&sub));
    wr_fini(&sub);
}

#endif
