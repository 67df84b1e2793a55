/* message.c -- assembling and splitting messages (PS3.8 Annex E). */
#include "dimse/message.h"

void dimse_assembler_init(struct dimse_assembler *a, const struct limits *limits)
{
    *a = (struct dimse_assembler){ .limits = limits };
    wr_init(&a->command_bytes, limits->command_bytes);
    wr_init(&a->data_bytes, limits->identifier_bytes);
}

void dimse_assembler_fini(struct dimse_assembler *a)
{
    wr_fini(&a->command_bytes);
    wr_fini(&a->data_bytes);
}

static enum dimse_step fault(struct err *err, const char *what)
{
    err_set(err, ERR_SYNTAX, 0, 0, "%s", what);
    return DIMSE_FAULT;
}

static void begin(struct dimse_assembler *a, uint8_t context_id)
{
    wr_reset(&a->command_bytes);
    wr_reset(&a->data_bytes);
    a->message = (struct dimse_message){ .context_id = context_id };
    a->in_data = false;
    a->begun = true;
}

static enum dimse_step finish(struct dimse_assembler *a, struct dimse_message *out)
{
    a->begun = false;
    a->in_data = false;
    *out = a->message;
    return DIMSE_MESSAGE;
}

static enum dimse_step add_command(struct dimse_assembler *a, const struct ul_pdv *pdv, struct dimse_message *out,
                                   struct err *err)
{
    wr_span(&a->command_bytes, pdv->fragment);
    if (a->command_bytes.failed)
        return fault(err, "a command set longer than any command needs");
    if (!(pdv->control & UL_PDV_LAST))
        return DIMSE_MORE;
    if (!dimse_command_read(wr_done(&a->command_bytes), &a->message.command, err))
        return DIMSE_FAULT;
    if (!a->message.command.has_data_set)
        return finish(a, out);
    a->in_data = true;
    return DIMSE_MORE;
}

static enum dimse_step add_data(struct dimse_assembler *a, const struct ul_pdv *pdv, struct dimse_message *out)
{
    /* Too large: the rest is read and forgotten, so that the query can still be answered with a status. */
    wr_span(&a->data_bytes, pdv->fragment);
    if (!(pdv->control & UL_PDV_LAST))
        return DIMSE_MORE;
    a->message.too_large = a->data_bytes.failed;
    if (!a->message.too_large)
        a->message.data_set = wr_done(&a->data_bytes);
    return finish(a, out);
}

enum dimse_step dimse_assemble(struct dimse_assembler *a, const struct ul_pdv *pdv, struct dimse_message *out,
                               struct err *err)
{
    bool command = pdv->control & UL_PDV_COMMAND;
    if (!a->begun && !command)
        return fault(err, "a data set fragment without a command set before it");
    if (a->begun && pdv->context_id != a->message.context_id)
        return fault(err, "fragments of one message on two presentation contexts");
    if (a->in_data && command)
        return fault(err, "a new command set before the data set of the last one was complete");
    if (a->begun && !a->in_data && !command)
        return fault(err, "a data set fragment before its command set was complete");
    if (!a->begun)
        begin(a, pdv->context_id);
    return command ? add_command(a, pdv, out, err) : add_data(a, pdv, out);
}

/* Cuts bytes into fragments that the peer takes; at least one, so that an empty data set has its last fragment. */
static bool send_fragments(struct ul_association *association, uint8_t context_id, uint8_t control, struct span bytes)
{
    /* Fragments have an even length (PS3.8 Annex E.2 by way of PS3.5 7.1.1: no element is cut at an odd place). */
    size_t most = ul_association_fragment_max(association) & ~(size_t)1;
    if (most == 0)
        return false;
    do {
        struct span part = span_of(bytes.p, bytes.n < most ? bytes.n : most);
        bytes = span_of(bytes.n ? bytes.p + part.n : bytes.p, bytes.n - part.n);
        uint8_t last = bytes.n ? 0 : UL_PDV_LAST;
        if (!ul_association_send(association, context_id, control | last, part))
            return false;
    } while (bytes.n);
    return true;
}

bool dimse_send(struct ul_association *association, uint8_t context_id, const struct dimse_command *command,
                struct span data_set)
{
    struct wr wr;
    wr_init(&wr, DIMSE_COMMAND_MAX);
    dimse_command_write(&wr, command);
    bool sent = !wr.failed && send_fragments(association, context_id, UL_PDV_COMMAND, wr_done(&wr))
                && (!command->has_data_set || send_fragments(association, context_id, 0, data_set));
    wr_fini(&wr);
    return sent;
}

bool dimse_send_written(struct ul_association *association, uint8_t context_id, struct span command_set,
                        struct span data_set)
{
    return send_fragments(association, context_id, UL_PDV_COMMAND, command_set)
           && send_fragments(association, context_id, 0, data_set);
}
