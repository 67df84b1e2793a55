/* limits.c -- the defaults of struct limits, each a round number well above what modalities do. */
#include "base/limits.h"

const struct limits limits_default = {
    .file_bytes = 1u << 20,
    .identifier_bytes = 1u << 20,
    .elements = 4096,
    .depth = 16,
    .steps = 256,
    .value_bytes = 64u << 10,
    .wildcard_chars = 1024,
    .key_values = 4096,

    .associate_bytes = 256u << 10,
    .transfer_syntaxes = 64,
    .user_items = 512,
    .pdu_bytes = 64u << 10,
    .empty_pdvs = 64,

    .command_bytes = 16u << 10,
    .pipelined = 4,

    .associate_ms = 10 * 1000,
    .pdu_ms = 30 * 1000,
    .idle_ms = 300 * 1000,
    .write_stall_ms = 30 * 1000,
    .query_ms = 300 * 1000,
    .drain_ms = 10 * 1000,

    .associations = 256,
    .associations_per_peer = 32,
    .output_bytes = 256u << 10,
    .dead_bytes = 256u << 20,
    .slice_us = 250,
};
