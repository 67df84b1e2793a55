/* negotiate.h -- an acceptor's answer to the presentation contexts of an A-ASSOCIATE-RQ (PS3.8 7.1.1.13, 9.3.3.2;
 * PS3.7 D.3). */
#ifndef MWL_UL_NEGOTIATE_H
#define MWL_UL_NEGOTIATE_H

#include "base/arena.h"
#include "ul/pdu.h"

/* What an acceptor offers: an abstract syntax, and whether this caller may have it. */
struct ul_offer {
    const char *abstract_syntax;
    bool allowed; /* false: result 1, user rejection */
};

/* What a requestor of the Modality Worklist may ask for beside its SOP class, each by its byte of the Service Class
 * Application Information, counted from 0 (PS3.4 K.5.1). */
enum ul_extension { UL_FUZZY_NAMES = 2, UL_ADJUST_ZONE = 3 };

struct ul_acceptor {
    const struct ul_offer *offers;
    uint32_t offer_count;
    const char *const *transfer_syntaxes; /* most preferred first */
    uint32_t transfer_syntax_count;
    uint32_t max_length; /* announced, from limits.pdu_bytes */
    const char *implementation_class_uid;
    const char *implementation_version; /* at most 16 characters */
    uint32_t extensions;                /* that are performed: a bit for each, 1 << UL_FUZZY_NAMES */
};

/* Fills in *answer for an A-ASSOCIATE-AC, its arrays in the arena; spans are borrowed from `rq` and `acceptor`. Every
 * proposed context is answered once. Items that were not offered are not answered. Returns how many contexts were
 * accepted; *refused_user tells how many were refused with result 1 alone. */
uint32_t ul_negotiate(const struct ul_acceptor *acceptor, const struct ul_associate *rq, struct arena *arena,
                      struct ul_associate *answer, uint32_t *refused_user);

/* Whether an extension was offered, and this A-ASSOCIATE-AC says that it is performed. */
bool ul_is_agreed(const struct ul_associate *answer, enum ul_extension extension);

#endif
