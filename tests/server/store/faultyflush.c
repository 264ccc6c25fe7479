// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
/* Preloaded into a process: the flushes of a WAL listed in FAULTY_FLUSHES ("40,41,90") fail once
 * with EIO, as a dying disk's do, after which the next ones succeed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int flushes;

static int isWal(int file)
{
    char link[64];
    char target[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, target, sizeof target);
    return length > 4 && memcmp(target + length - 4, "-wal", 4) == 0;
}

static int isFaulty(int file)
{
    const char *list = getenv("FAULTY_FLUSHES");
    if (!list || !isWal(file))
        return 0;
    const int number = atomic_fetch_add(&flushes, 1) + 1;
    while (*list) {
        char *end;
        if (strtol(list, &end, 10) == number)
            return 1;
        list = *end ? end + 1 : end;
    }
    return 0;
}

int fdatasync(int file)
{
    static int (*next)(int);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "fdatasync");
    if (isFaulty(file)) {
        errno = EIO;
        return -1;
    }
    return next(file);
}

int fsync(int file)
{
    static int (*next)(int);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "fsync");
    if (isFaulty(file)) {
        errno = EIO;
        return -1;
    }
    return next(file);
}
