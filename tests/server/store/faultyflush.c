// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
/* Preloaded into a process: the flushes of a WAL listed in FAULTY_FLUSHES ("40,41,90") fail once
 * with EIO, as a dying disk's do, after which the next ones succeed.
 *
 * FAULTY_SWITCH names a file that a test makes and removes while the process runs. "full" in it: no
 * file can be written, as on a full disk (ENOSPC). "flush": flushes of a WAL fail with EIO.
 * "stall": flushes of a WAL wait until somebody opens the FIFO FAULTY_SWITCH.fifo for writing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static int isSwitchedTo(const char *fault)
{
    const char *path = getenv("FAULTY_SWITCH");
    if (!path)
        return 0;
    char content[16] = "";
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    const ssize_t length = read(file, content, sizeof content - 1);
    close(file);
    return length > 0 && strncmp(content, fault, strlen(fault)) == 0;
}

static int isFull(int file)
{
    struct stat status;
    return isSwitchedTo("full") && fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

/* Opening a FIFO waits for its other end. */
static void stall(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.fifo", getenv("FAULTY_SWITCH"));
    const int fifo = open(path, O_RDONLY | O_CLOEXEC);
    if (fifo >= 0)
        close(fifo);
}

static int isFaulty(int file)
{
    if (isWal(file) && isSwitchedTo("stall"))
        stall();
    if (isWal(file) && isSwitchedTo("flush"))
        return 1;
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

ssize_t write(int file, const void *bytes, size_t count)
{
    static ssize_t (*next)(int, const void *, size_t);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "write");
    if (isFull(file)) {
        errno = ENOSPC;
        return -1;
    }
    return next(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    static ssize_t (*next)(int, const void *, size_t, off64_t);
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "pwrite64");
    if (isFull(file)) {
        errno = ENOSPC;
        return -1;
    }
    return next(file, bytes, count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
    return pwrite64(file, bytes, count, at);
}
