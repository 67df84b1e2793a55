/* limits.h -- every bound that holds back a peer, a file or a script, in one place.
 *
 * Law 2: no allocation, copy or recursion is sized by a number from outside before those bytes have arrived and
 * been checked against one of these. The defaults are the ones of a hardened SCP; config/limits.def says
 * which option sets which of them, SECURITY.md what is answered beyond it. */
#ifndef MWL_BASE_LIMITS_H
#define MWL_BASE_LIMITS_H

#include <stdint.h>

struct limits {
    /* data sets: files and identifiers */
    uint32_t file_bytes;       /* one worklist file */
    uint32_t identifier_bytes; /* the data set of one C-FIND-RQ, also after inflating */
    uint32_t elements;         /* elements of one data set, at all depths together */
    uint32_t depth;            /* nesting of sequences */
    uint32_t steps;            /* items of one file's Scheduled Procedure Step Sequence */
    uint32_t value_bytes;      /* one key of a query */
    uint32_t wildcard_chars;   /* characters of a wild card key */
    uint32_t key_values;       /* single values in all keys of a query together */

    /* upper layer (PS3.8) */
    uint32_t associate_bytes;   /* body of an A-ASSOCIATE-RQ, -AC */
    uint32_t transfer_syntaxes; /* transfer syntaxes proposed for one presentation context */
    uint32_t user_items;        /* sub-items of the user information item */
    uint32_t pdu_bytes;         /* the P-DATA-TF length that we announce, and the most that we send */
    uint32_t empty_pdvs;        /* PDVs without a byte, in a row */

    /* DIMSE (PS3.7) */
    uint32_t command_bytes; /* one command set */
    uint32_t pipelined;     /* requests waiting behind the running one, on one association */

    /* time, in milliseconds */
    uint32_t associate_ms;   /* from connect to the complete A-ASSOCIATE-RQ, and ARTIM in Sta13 */
    uint32_t pdu_ms;         /* from the first to the last byte of one PDU */
    uint32_t idle_ms;        /* an association on which nothing happens */
    uint32_t write_stall_ms; /* no byte taken by the peer while we have some to send */
    uint32_t query_ms;       /* one C-FIND, from its last byte to its final status (QueryMaxTime) */
    uint32_t drain_ms;       /* for running queries to end after SIGTERM */

    /* numbers */
    uint32_t associations;          /* associations in all */
    uint32_t associations_per_peer; /* associations from one address */
    uint32_t output_bytes;          /* answers encoded ahead of a peer that reads slowly */
    uint32_t dead_bytes;            /* of memory for files that are gone, kept for a query that began before */
    uint32_t slice_us;              /* work on one query before the worker turns to others */
};

extern const struct limits limits_default;

#endif
