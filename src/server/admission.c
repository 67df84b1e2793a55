/* admission.c -- who gets an association, and which presentation contexts (PS3.8 7.1.1, 9.3.4). */
#include "base/arena.h"
#include "base/identity.h"
#include "base/log.h"
#include "config/access.h"
#include "dicom/uid.h"
#include "server/connection.h"
#include "service/profile.h"
#include "ul/negotiate.h"

static const char who[] = "server/admission";

enum { ADVICE_MAX = 4096, ANSWER_MAX = 256 * 1024 };

static void reject(struct server_connection *c, enum ul_reject why, const char *more)
{
    const struct ul_reject_info *info = ul_reject_info(why);
    log_peer_line(LOG_WARNING, who, c->peer, "Association Rejected: AE %s on IP %s called %s: %s (%u/%u/%u)%s%s",
                  c->calling_ae, c->peer, c->called_ae, info->text, info->result, info->source, info->reason,
                  more[0] ? ": " : "", more);
    server_record_rejection(c, info->text, more);
    ul_association_reject(c->association, why);
}

/* What had to be forgiven in the request, each tolerance by its name (law 9). */
static void note_tolerances(const struct server_connection *c, const struct ul_tolerances *used)
{
    struct service_leniency *leniency = c->worker->shared->leniency;
#define TOLERANCE(id, text) service_leniency_note(leniency, c->calling_ae, c->peer, text, used->id);
#include "ul/tolerance.def"
#undef TOLERANCE
}

/* What the device gets that others do not. */
static void choose_profile(struct server_connection *c, const struct ul_associate *rq)
{
    struct config_device device = { .calling_aet = rq->calling_ae,
                                    .implementation_class_uid = rq->implementation_class_uid,
                                    .implementation_version = rq->implementation_version,
                                    .address = c->peer };
    c->profile = config_profile_find(c->settings->config, &device);
    if (c->profile)
        service_profile_log(c->profile, c->calling_ae, c->peer);
}

/* The caller may have some contexts or none; `advice` says what to change for the worklist, or if that is allowed, for
 * verification. */
static void answer(struct server_connection *c, const struct ul_associate *rq, struct arena *arena, struct wr *advice)
{
    const struct config *config = c->settings->config;
    bool find = config_access(config, CONFIG_FIND_WORKLIST, rq->calling_ae, c->peer, advice);
    bool echo = config_access(config, CONFIG_ECHO, rq->calling_ae, c->peer, find ? advice : NULL);
    const struct ul_offer offers[] = {
        { UID_Verification, echo },
        { UID_ModalityWorklistInformationModelFind, find },
    };
    const char *syntaxes[SYNTAX_COUNT];
    for (int i = 0; i < SYNTAX_COUNT; i++)
        syntaxes[i] = dicom_syntax_info((enum dicom_syntax)i)->uid;
    struct ul_acceptor acceptor = { .offers = offers,
                                    .offer_count = sizeof offers / sizeof *offers,
                                    .transfer_syntaxes = syntaxes,
                                    .transfer_syntax_count = SYNTAX_COUNT,
                                    .max_length = c->settings->limits.pdu_bytes,
                                    .implementation_class_uid = IDENTITY_CLASS_UID,
                                    .implementation_version = IDENTITY_VERSION_NAME,
                                    .extensions = 1u << UL_FUZZY_NAMES | 1u << UL_ADJUST_ZONE };
    struct ul_associate ac;
    uint32_t refused = 0;
    uint32_t accepted = ul_negotiate(&acceptor, rq, arena, &ac, &refused);
    if (arena->failed) {
        reject(c, UL_REJECT_CONGESTION, "out of memory");
        return;
    }
    wr_u8(advice, 0);
    const char *what_to_do = advice->failed ? "" : (const char *)advice->p;
    if (accepted == 0 && refused > 0) {
        reject(c, UL_REJECT_CALLING_AE, what_to_do);
        return;
    }
    if (refused > 0)
        log_peer_line(LOG_WARNING, who, c->peer, "AE %s on IP %s gets no %s: %s", c->calling_ae, c->peer,
                      find ? "verification" : "worklist", what_to_do);
    else if (accepted == 0)
        log_peer_line(LOG_WARNING, who, c->peer,
                      "AE %s on IP %s: none of its %u presentation contexts is one that we have", c->calling_ae,
                      c->peer, rq->context_count);
    note_tolerances(c, &rq->tolerated);
    choose_profile(c, rq);
    c->fuzzy_names = ul_is_agreed(&ac, UL_FUZZY_NAMES);
    c->adjust_zone = ul_is_agreed(&ac, UL_ADJUST_ZONE);
    if (c->fuzzy_names || c->adjust_zone)
        log_line(LOG_TRACE, who, "AE %s on IP %s negotiated%s%s", c->calling_ae, c->peer,
                 c->fuzzy_names ? " fuzzy matching of names" : "", c->adjust_zone ? " timezone adjustment" : "");
    server_record_association(c, rq, &ac);
    ul_association_accept(c->association, &ac);
}

static bool has_name(void *tls, const char *name)
{
    return net_tls_peer_has_name(tls, name);
}

/* Whether the caller is who it says it is, as far as a certificate can tell. */
static bool is_itself(struct server_connection *c, const struct ul_associate *rq, struct wr *advice)
{
    char subject[NET_TLS_NAME_MAX] = "";
    if (c->tls)
        net_tls_peer_subject(c->tls, subject, sizeof subject);
    struct config_certificate certificate = { .subject = subject, .has_name = c->tls ? has_name : NULL, .arg = c->tls };
    if (config_certificate_fits(c->settings->config, rq->calling_ae, c->peer, &certificate, advice))
        return true;
    wr_u8(advice, 0);
    reject(c, UL_REJECT_CALLING_AE, advice->failed ? "" : (const char *)advice->p);
    return false;
}

/* With all that a rule of "Profiles" may go by. */
static void log_request(const struct server_connection *c, const struct ul_associate *rq)
{
    char uid[4 * UL_UID_LENGTH + 1], version[4 * UL_AE_LENGTH + 1];
    if (log_enabled(LOG_TRACE))
        log_line(LOG_TRACE, who, "Association Received from AE %s on IP %s, implementation %s, version %s",
                 c->calling_ae, c->peer, log_text(rq->implementation_class_uid, uid, sizeof uid),
                 log_text(rq->implementation_version, version, sizeof version));
}

void server_admit(struct server_connection *c)
{
    const struct ul_associate *rq = ul_association_peer(c->association);
    log_text(rq->calling_ae, c->calling_ae, sizeof c->calling_ae);
    log_text(rq->called_ae, c->called_ae, sizeof c->called_ae);
    log_request(c, rq);
    if (c->verdict == CENSUS_OVER) {
        reject(c, UL_REJECT_LOCAL_LIMIT, "too many associations");
        return;
    }
    if (!config_called_aet(c->settings->config, rq->called_ae)) {
        reject(c, UL_REJECT_CALLED_AE, "DicomCheckCalledAet is true, and this is not DicomAet");
        return;
    }
    c->catalog = source_folder_catalog(c->settings->folder, rq->called_ae);
    if (!c->catalog) {
        reject(c, UL_REJECT_CALLED_AE, "FolderPerCalledAet is true, and no folder has this name");
        return;
    }
    struct arena arena;
    struct wr advice;
    arena_init(&arena, ANSWER_MAX);
    wr_init(&advice, ADVICE_MAX);
    if (is_itself(c, rq, &advice))
        answer(c, rq, &arena, &advice);
    wr_fini(&advice);
    arena_fini(&arena);
}
