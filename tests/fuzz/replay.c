/* Runs a target over the files of the folders given, without libFuzzer: what once was hard stays tested in every
 * build. A target ends the process where something does not hold; the file's name is the last line then. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

static void replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    DEMAND(file);
    DEMAND(fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    DEMAND(size >= 0 && fseek(file, 0, SEEK_SET) == 0);
    /* Exactly as large as the input, so that a sanitizer sees the first byte beyond. */
    uint8_t *data = malloc(size ? (size_t)size : 1);
    DEMAND(data && fread(data, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        DEMAND(folder);
        int files = 0;
        for (const struct dirent *entry; (entry = readdir(folder)); files++) {
            if (entry->d_name[0] == '.')
                continue;
            char path[4096];
            DEMAND(snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name) < (int)sizeof path);
            printf("%s\n", path);
            fflush(stdout);
            replay(path);
        }
        closedir(folder);
        DEMAND(files > 2); /* more than "." and ".." */
    }
    return 0;
}
