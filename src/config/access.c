/* access.c -- look a caller up among the rows; where it fails, say what would let it in. */
#include "config/access.h"

#include <ctype.h>
#include <stdio.h>

#include "base/log.h"
#include "config/address.h"
#include "config/load.h"
#include "config/quote.h"

/* A verb, in the words of the configuration. */
static const struct verb {
    const char *allow;   /* the key of a row */
    const char *row;     /* how a row that grants this, and no more than it must, ends */
    const char *purpose; /* "CT1 may not ..." */
} verbs[] = {
    [CONFIG_ECHO] = { "AllowEcho", "\"AllowEcho\" : true, \"AllowFindWorklist\" : false", "verify the connection" },
    [CONFIG_FIND_WORKLIST] = { "AllowFindWorklist", "\"AllowFindWorklist\" : true", "read the worklist" },
};

/* What was found among the rows of the caller's AE title. */
struct found {
    const struct config_modality *allows;    /* a row that lets it in */
    const struct config_modality *forbids;   /* one whose Allow... is false */
    const struct config_modality *elsewhere; /* one with another address, where that counts */
};

bool config_same_aet(const struct config *config, struct span a, struct span b)
{
    return config->strict_aet_comparison ? span_eq(a, b) : span_eq_nocase(a, b);
}

bool config_called_aet(const struct config *config, struct span called_ae)
{
    return !config->dicom_check_called_aet
           || config_same_aet(config, called_ae, span_trim(span_str(config->dicom_aet)));
}

static bool is_at(const struct config_modality *m, const struct config_address *address)
{
    for (uint32_t i = 0; i < m->address_count; i++) {
        if (config_address_same(&m->addresses[i], address))
            return true;
    }
    return false;
}

static struct found look_up(const struct config *config, enum config_verb verb, struct span ae, const char *peer)
{
    struct found found = { 0 };
    struct config_address address;
    bool numeric = config_address_parse(peer, &address);
    for (uint32_t i = 0; i < config->modality_count; i++) {
        const struct config_modality *m = &config->modalities[i];
        if (ae.n == 0 || !config_same_aet(config, ae, span_str(m->aet)))
            continue;
        bool allow = verb == CONFIG_ECHO ? m->allow_echo : m->allow_find_worklist;
        if (config->dicom_check_modality_host && !(numeric && is_at(m, &address)))
            found.elsewhere = m;
        else if (allow)
            found.allows = m;
        else
            found.forbids = m;
    }
    return found;
}

static bool has_row(const struct config *config, const char *name)
{
    for (uint32_t i = 0; i < config->modality_count; i++) {
        if (strcmp(config->modalities[i].name, name) == 0)
            return true;
    }
    return false;
}

/* A row's name from an AE title: what Orthanc allows in one, and not taken yet. */
static void name_row(const struct config *config, struct span ae, char *name, size_t room)
{
    int n = 0;
    for (; n < (int)ae.n && n < 16; n++)
        name[n] = isalnum(ae.p[n]) || ae.p[n] == '-' ? (char)ae.p[n] : '_';
    name[n] = 0;
    for (uint32_t i = 2; has_row(config, name); i++)
        snprintf(name + n, room - (size_t)n, "_%u", i);
}

static void advise_unknown(const struct config *config, const struct verb *verb, struct span ae, const char *peer,
                           struct wr *out)
{
    char name[32], shown[4 * 64];
    const char *fault = config_ae_fault(ae);
    if (fault) {
        wr_fmt(out,
               "the calling AE title \"%s\" at %s %s: no row of \"DicomModalities\" can name it, set another one there",
               log_text(ae, shown, sizeof shown), peer, fault);
        return;
    }
    name_row(config, ae, name, sizeof name);
    config_quote(out, ae);
    wr_fmt(out, " at %s may not %s: add to \"DicomModalities\": \"%s\" : { \"AET\" : ", peer, verb->purpose, name);
    config_quote(out, ae);
    wr_fmt(out, ", \"Host\" : \"%s\", \"Port\" : 104, %s }", peer, verb->row);
}

static void advise(const struct config *config, const struct verb *verb, const struct found *found, struct span ae,
                   const char *peer, struct wr *out)
{
    const struct config_modality *m = found->forbids ? found->forbids : found->elsewhere;
    if (!m) {
        advise_unknown(config, verb, ae, peer, out);
        return;
    }
    config_quote(out, ae);
    wr_fmt(out, " at %s may not %s: in \"DicomModalities\", ", peer, verb->purpose);
    config_quote(out, span_str(m->name));
    if (found->forbids) {
        wr_fmt(out, " says \"%s\" : false; write true there to let it in", verb->allow);
        return;
    }
    wr_str(out, " says \"Host\" : ");
    config_quote(out, span_str(m->host));
    wr_fmt(out, "%s; write \"Host\" : \"%s\" there if it is this scanner",
           m->address_count ? "" : ", which could not be resolved", peer);
}

bool config_access(const struct config *config, enum config_verb verb, struct span calling_ae, const char *peer,
                   struct wr *advice)
{
    if (verb == CONFIG_ECHO ? config->dicom_always_allow_echo : config->dicom_always_allow_find_worklist)
        return true;
    struct found found = look_up(config, verb, calling_ae, peer);
    if (found.allows && (config->dicom_check_modality_host || !found.forbids))
        return true;
    if (advice)
        advise(config, &verbs[verb], &found, calling_ae, peer, advice);
    return false;
}

bool config_certificate_fits(const struct config *config, struct span calling_ae, const char *peer,
                             const struct config_certificate *certificate, struct wr *advice)
{
    const struct config_modality *wants = NULL;
    for (uint32_t i = 0; i < config->modality_count; i++) {
        const struct config_modality *m = &config->modalities[i];
        if (!*m->tls_certificate_name || calling_ae.n == 0 || !config_same_aet(config, calling_ae, span_str(m->aet)))
            continue;
        if (certificate->has_name && certificate->has_name(certificate->arg, m->tls_certificate_name))
            return true;
        wants = m;
    }
    if (!wants)
        return true;
    config_quote(advice, calling_ae);
    wr_fmt(advice, " at %s must come with a certificate for ", peer);
    config_quote(advice, span_str(wants->tls_certificate_name));
    wr_str(advice, ", as ");
    config_quote(advice, span_str(wants->name));
    wr_str(advice, " of \"DicomModalities\" says, and ");
    if (!certificate->has_name)
        wr_str(advice, "called in clear text: set it to TLS and to the port for that");
    else if (!*certificate->subject)
        wr_str(advice, "sent none: put one into the scanner that has this name");
    else
        wr_fmt(advice,
               "came with %s: if that is this scanner, write a name that it has as \"TlsCertificateName\" there",
               certificate->subject);
    return false;
}
