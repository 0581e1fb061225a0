// Tests run whole studies, whose keys lie outside them: in a folder of the tests' own, never among the user's keys.
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "CTestKeys.h"

static char folder[1024];
static pid_t owner;

static int drop(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info; (void)kind; (void)place;
    return remove(path);
}

static void clean(void) {
    // Children that end on their own leave it alone.
    if (getpid() == owner) nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
}

__attribute__((constructor)) static void choose(void) {
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/ordrett-test-keys-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder)) return;
    setenv("ORDRETT_KEYS", folder, 1);
    unsetenv("ORDRETT_PASSPHRASE");
    owner = getpid();
    atexit(clean);
}

const char *ordrett_test_keys(void) { return folder; }
