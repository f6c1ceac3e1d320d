/* SPDX-License-Identifier: Apache-2.0
 * Feeds every file of the files and folders in argv to a fuzz target once, so that its corpus is an
 * ordinary test with any compiler. Fails when there is no input: an empty corpus must not look like
 * a passed one. */
#include "tests/fuzz/replay.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Bytes in a block of exactly their size, so that ASan sees a read one past the end. */
static int feed(const char *name, size_t *count)
{
    int failed = 1;
    uint8_t *data = NULL;
    FILE *f = fopen(name, "rb");
    if (f == NULL) {
        perror(name);
        return 1;
    }
    struct stat st;
    if (fstat(fileno(f), &st) != 0 || (data = malloc((size_t)st.st_size + 1)) == NULL)
        goto out;
    size_t len = fread(data, 1, (size_t)st.st_size, f);
    uint8_t *exact = realloc(data, len > 0 ? len : 1);
    if (exact == NULL)
        goto out;
    data = exact;
    LLVMFuzzerTestOneInput(data, len);
    (*count)++;
    failed = 0;
out:
    free(data);
    fclose(f);
    return failed;
}

static int feed_folder(const char *name, size_t *count)
{
    DIR *dir = opendir(name);
    if (dir == NULL) {
        perror(name);
        return 1;
    }
    int failed = 0;
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        char path[4096];
        struct stat st;
        snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
        if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
            failed |= feed(path, count);
    }
    closedir(dir);
    return failed;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
            failed |= feed_folder(argv[i], &count);
        else
            failed |= feed(argv[i], &count);
    }
    printf("%zu inputs\n", count);
    return failed != 0 || count == 0;
}
