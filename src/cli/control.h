/* control.h -- asks a server that runs, over its control socket (server/control.h). */
#ifndef MWL_CLI_CONTROL_H
#define MWL_CLI_CONTROL_H

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"
#include "base/wr.h"

struct cli_control {
    FILE *stream;
};

/* `socket` NULL: where the server of this user with that DicomPort has it. False with *err. */
bool cli_control_open(struct cli_control *control, const char *socket, uint16_t port, struct err *err);
void cli_control_close(struct cli_control *control);

/* Sends a request; takes it. False with *err. */
bool cli_control_ask(struct cli_control *control, json_t *request, struct err *err);

/* The next object of the answer, the caller's; NULL at its end, and with *err if it is an error or the server is
 * gone. */
json_t *cli_control_next(struct cli_control *control, struct err *err);

/* Asks for one record. NULL with *err. */
json_t *cli_control_record(struct cli_control *control, uint64_t number, struct err *err);

/* Asks what the server runs on: "path", "folder", "forceConfig"; and where it listens: "host", "port", "tls". NULL with
 * *err. */
json_t *cli_control_about(struct cli_control *control, struct err *err);

/* A member of a record, "" if there is none. */
const char *cli_control_text(const json_t *record, const char *name);

/* Appends the identifier of a record. False with *err if it is not all there. */
bool cli_control_identifier(const json_t *record, struct wr *out, struct err *err);

#endif
