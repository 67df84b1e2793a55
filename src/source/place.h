/* place.h -- one folder that is followed: its path, what stands there now, and the inotify watch on it.
 *
 * No descriptor of the folder is kept between two looks at it, since that would keep its file system from being
 * unmounted. A look opens the path anew, and so notices that another folder stands there: renamed into its place,
 * mounted over it, or the target of a symbolic link that was changed. */
#ifndef MWL_SOURCE_PLACE_H
#define MWL_SOURCE_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

struct source_place {
    char *path;      /* absolute; owned */
    int inotify;     /* borrowed */
    int watch;       /* inotify's watch descriptor; -1 for none */
    int fd;          /* the open folder, between enter and leave; else -1 */
    dev_t dev;       /* what stood there at the last look */
    ino_t ino;       /* ditto */
    bool polled;     /* on a file system that others change without an event here */
    bool confined;   /* some paths may not be read, whatever their permissions say (struct source_folder_options) */
    char fault[320]; /* why it cannot be read; "" while it can */
};

/* Takes the path. Looks at nothing yet. */
void source_place_init(struct source_place *place, char *path, int inotify);
void source_place_fini(struct source_place *place);

enum source_place_state {
    PLACE_SAME, /* what stood there before, and no event was missed since */
    PLACE_NEW,  /* watched from now on; what it holds is unknown */
    PLACE_LOST  /* place->fault says why */
};

/* Opens the folder, to be left again unless it is lost. */
enum source_place_state source_place_enter(struct source_place *place);
void source_place_leave(struct source_place *place);

/* Whether an errno says that memory or descriptors ended, which is no fault of what was to be opened. */
bool source_is_shortage(int error);

/* Leaves it as lost, for the reason of an errno. */
void source_place_lose(struct source_place *place, int error);

#endif
