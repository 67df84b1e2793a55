/* play.h -- takes the part of a device: its half "play" of a profile, or what the journal has exported of it. */
#ifndef MWL_CLI_PLAY_H
#define MWL_CLI_PLAY_H

#include <jansson.h>

#include "cli/query.h"
#include "client/client.h"

struct cli_play {
    json_t *play; /* owned; options borrow from it */
    struct client_context *contexts;
    const char **syntaxes;
    char *keys, *query; /* text of the keys, or the path of the query */
};

/* `name` is a file, or that of an installed profile without its ".json". Sets what it says of the association in *to
 * and of the query in *query; both borrow from *play. False with *err. */
bool cli_play_open(struct cli_play *play, const char *name, struct client_options *to, struct cli_query *query,
                   struct err *err);
void cli_play_close(struct cli_play *play);

#endif
