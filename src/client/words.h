/* words.h -- what a server's refusals mean, for a person. Inside this room only. */
#ifndef MWL_CLIENT_WORDS_H
#define MWL_CLIENT_WORDS_H

#include "dimse/command.h"
#include "ul/association.h"

/* An event that ends an association, or that nobody waited for. Always false, with *err. */
bool client_say_end(const struct ul_event *event, struct err *err);

/* Why a presentation context was refused: its result (PS3.8 9.3.3.2). */
const char *client_refusal(uint8_t result);

/* A final status that is no success, with Error Comment and Offending Element. Always false, with *err. */
bool client_say_status(const struct dimse_command *response, struct err *err);

#endif
