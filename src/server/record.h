/* record.h -- what the journal (journal/journal.h) is told of a connection. */
#ifndef MWL_SERVER_RECORD_H
#define MWL_SERVER_RECORD_H

#include "ul/pdu.h"

struct server_connection;

/* An association was accepted with `ac`. */
void server_record_association(struct server_connection *connection, const struct ul_associate *rq,
                               const struct ul_associate *ac);

/* It was rejected; `why` in words, and `more`, what is to be done about it, which may be "". */
void server_record_rejection(struct server_connection *connection, const char *why, const char *more);

/* It ended; the first word on that stands. */
void server_record_end(struct server_connection *connection, const char *how);

/* Its query is over, or is cut off now; it is still there, and its request. */
void server_record_query(struct server_connection *connection);

/* The request that runs is cut off before it came to be a query. */
void server_record_cut_off(struct server_connection *connection);

/* The request that runs is refused before it came to be a query. */
void server_record_refusal(struct server_connection *connection, uint16_t status, const char *comment);

#endif
