/* aside.c -- who asks what is not served. The table of files is the thread's own, so it is the thread that tells, as it
 * does to who waits. */
#include <errno.h>
#include <semaphore.h>

#include "source/inside.h"

struct asked {
    struct source_folder *folder;
    struct span called_ae;
    source_set_aside_found *found;
    void *arg;
    sem_t told;
};

static void tell_of(void *arg, struct source_file *file)
{
    const struct asked *asked = arg;
    if (file->standing == FILE_SET_ASIDE)
        asked->found(asked->arg, file->name, file->reason ? file->reason : "no memory for the reason");
}

static void tell(struct source_waiter *waiter)
{
    struct asked *asked = waiter->arg;
    const struct source_worklist *worklist = source_subfolders_find(asked->folder, asked->called_ae);
    if (worklist)
        source_files_each(&worklist->files, tell_of, asked);
    sem_post(&asked->told);
}

void source_folder_set_aside(struct source_folder *folder, struct span called_ae, source_set_aside_found *found,
                             void *arg)
{
    struct asked asked = { .folder = folder, .called_ae = called_ae, .found = found, .arg = arg };
    struct source_waiter waiter = { .ready = tell, .arg = &asked };
    sem_init(&asked.told, 0, 0);
    source_folder_wait(folder, &waiter);
    while (sem_wait(&asked.told) != 0 && errno == EINTR) {
    }
    source_folder_forget(folder, &waiter); /* the thread is about to let go of it */
    sem_destroy(&asked.told);
}
