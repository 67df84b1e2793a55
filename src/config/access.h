/* access.h -- who may do what: DicomModalities and the options beside it, by Orthanc's rules. */
#ifndef MWL_CONFIG_ACCESS_H
#define MWL_CONFIG_ACCESS_H

#include "config/config.h"

enum config_verb { CONFIG_ECHO, CONFIG_FIND_WORKLIST };

/* Whether a caller may do this. `calling_ae` is trimmed; `peer` is its numeric address ("192.0.2.7", "2001:db8::7"),
 * compared with Host when DicomCheckModalityHost is set (names are resolved when the configuration is loaded or
 * reloaded, never here). AE titles are compared as StrictAetComparison says. If not allowed, `advice` gets one line:
 * why, and the exact line to add to the configuration. */
bool config_access(const struct config *config, enum config_verb verb, struct span calling_ae, const char *peer,
                   struct wr *advice);

/* Whether the called AE title is ours: always, unless DicomCheckCalledAet. */
bool config_called_aet(const struct config *config, struct span called_ae);

/* AE titles compared as StrictAetComparison says; both trimmed. */
bool config_same_aet(const struct config *config, struct span a, struct span b);

#endif
