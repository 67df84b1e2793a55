/* play.h -- the half "play" of a profile's file: what a device sends, for who takes its part. */
#ifndef MWL_CONFIG_PLAY_H
#define MWL_CONFIG_PLAY_H

#include <jansson.h>

#include "base/err.h"

/* Reads a file and checks that half, of which play.c says what it may have; the caller's, to be given back with
 * json_decref(). NULL with *err: file, member, and what would be right. */
json_t *config_play_read(const char *path, struct err *err);

#endif
