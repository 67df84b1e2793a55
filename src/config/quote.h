/* quote.h -- a string as it stands in a configuration file. Private to this folder. */
#ifndef MWL_CONFIG_QUOTE_H
#define MWL_CONFIG_QUOTE_H

#include "base/wr.h"

/* Appends `s`, which is UTF-8, in quotation marks, so that config_load() reads it back: JSON's escapes, and no "${"
 * that would be taken for a variable. */
void config_quote(struct wr *out, struct span s);

#endif
