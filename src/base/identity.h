/* identity.h -- what this implementation calls itself in every association (PS3.7 D.3.3.2) and file (PS3.10 7.1). */
#ifndef MWL_BASE_IDENTITY_H
#define MWL_BASE_IDENTITY_H

/* Made from a UUID (PS3.5 B.2), so that it needs no registration. */
#define IDENTITY_CLASS_UID "2.25.74142783372425439318776665146508796898"

/* "MWL_0.1.0"; at most 16 characters. */
#define IDENTITY_VERSION_NAME "MWL_" MWL_VERSION

#endif
