/* access.h -- who may do what: DicomModalities and the options beside it, by Orthanc's rules.
 *
 * What DicomAlwaysAllowEcho and DicomAlwaysAllowFindWorklist allow, they allow everyone, also a scanner whose row says
 * no. Otherwise a scanner needs a row with its AE title. With DicomCheckModalityHost one row must have its address as
 * well, and allow it. Without, rows with one AE title cannot be told apart, and all of them must allow it. (With
 * several such rows, Orthanc forgets to check the address; here it is always checked.) */
#ifndef MWL_CONFIG_ACCESS_H
#define MWL_CONFIG_ACCESS_H

#include "config/config.h"

enum config_verb { CONFIG_ECHO, CONFIG_FIND_WORKLIST };

/* Whether a caller may do this. `calling_ae` is trimmed; `peer` is its numeric address ("192.0.2.7", "2001:db8::7"),
 * compared with Host when DicomCheckModalityHost is set (names are resolved when the configuration is loaded or
 * reloaded, never here). AE titles are compared as StrictAetComparison says. If not allowed, `advice` (may be NULL)
 * gets one line of printable text without a final '\n': who called, why it may not, and the exact line to write into
 * the configuration. */
bool config_access(const struct config *config, enum config_verb verb, struct span calling_ae, const char *peer,
                   struct wr *advice);

/* What is known of a caller's certificate. */
struct config_certificate {
    const char *subject;                           /* for the advice; "" if it has sent none */
    bool (*has_name)(void *arg, const char *name); /* whether the certificate has it; NULL: it did not call over TLS */
    void *arg;
};

/* Whether a caller with this AE title (trimmed) comes with the certificate that it must: one with the
 * TlsCertificateName of a row with that title, if any such row has one. So the title is nobody else's, whatever
 * DicomAlwaysAllow... allows. If not, `advice` gets a line as above. */
bool config_certificate_fits(const struct config *config, struct span calling_ae, const char *peer,
                             const struct config_certificate *certificate, struct wr *advice);

/* Whether the called AE title (trimmed) is ours: always, unless DicomCheckCalledAet. */
bool config_called_aet(const struct config *config, struct span called_ae);

/* AE titles compared as StrictAetComparison says; both trimmed. */
bool config_same_aet(const struct config *config, struct span a, struct span b);

#endif
