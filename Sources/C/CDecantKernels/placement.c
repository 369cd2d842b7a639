// Where sleeping threads wake.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CDecantKernels.h"

#include <string.h>

#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(sizeof(cpu_set_t) == sizeof(decant_processors), "a set of processors fits");

int decant_thread(void) { return (int)syscall(SYS_gettid); }

int decant_keep_away(int thread, decant_processors *before) {
    cpu_set_t allowed;
    const int here = sched_getcpu();
    if (here < 0 || here >= CPU_SETSIZE || sched_getaffinity(thread, sizeof allowed, &allowed) != 0) return 0;
    memcpy(before, &allowed, sizeof allowed);
    if (!CPU_ISSET(here, &allowed)) return 0;
    CPU_CLR(here, &allowed);
    return CPU_COUNT(&allowed) > 0 && sched_setaffinity(thread, sizeof allowed, &allowed) == 0;
}

void decant_allow(int thread, const decant_processors *before) {
    cpu_set_t allowed;
    memcpy(&allowed, before, sizeof allowed);
    // A thread that cannot get its processors back has ended.
    (void)sched_setaffinity(thread, sizeof allowed, &allowed);
}
#else
int decant_thread(void) { return 0; }

int decant_keep_away(int thread, decant_processors *before) {
    (void)thread, (void)before;
    return 0;
}

void decant_allow(int thread, const decant_processors *before) { (void)thread, (void)before; }
#endif
