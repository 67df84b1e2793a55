/* peer.h -- what every command that calls a server has: HOST and PORT, titles, times. */
#ifndef MWL_CLI_PEER_H
#define MWL_CLI_PEER_H

#include "cli/options.h"
#include "client/client.h"

/* The first rows of such a command's options, and their indices. */
enum {
#define PEER(id, name, letter, value, text) CLI_PEER_##id,
#include "cli/peer.def"
#undef PEER
    CLI_PEER_OPTIONS
};

/* The defaults; no server yet. */
struct client_options cli_peer_defaults(void);

/* Takes what cli_next() returned: an option of peer.def, HOST, PORT, or CLI_STOP. False if the command is to return
 * args->status, all being said. */
bool cli_peer_take(struct cli_args *args, int got, struct client_options *to);

/* Whether HOST and PORT were there; if not, as above. */
bool cli_peer_given(struct cli_args *args, const struct client_options *to);

/* Reads a whole number from 1 to `most`; false if it is none. */
bool cli_peer_number(const char *text, uint32_t most, uint32_t *out);

#endif
