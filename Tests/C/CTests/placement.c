// Where threads may run: away from the caller's processor while they are woken, and as before afterwards.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <string.h>

#ifdef __linux__
#include <sched.h>
#endif

#include "check.h"

void test_placement(void) {
#ifdef __linux__
    cpu_set_t first, narrowed, last;
    expect(sched_getaffinity(0, sizeof first, &first) == 0, "the system does not say where a thread may run");
    // The thread itself moves at once, so it is not where it was.
    decant_processors before;
    const int moved = decant_keep_away(decant_thread(), &before);
    expect(moved == (CPU_COUNT(&first) > 1), "a thread was not kept away although there are several processors");
    expect(sched_getaffinity(0, sizeof narrowed, &narrowed) == 0, "the system does not say where a thread may run");
    expect(CPU_COUNT(&narrowed) == CPU_COUNT(&first) - moved, "a thread may not run on all but one processor");
    if (moved) decant_allow(decant_thread(), &before);
    expect(sched_getaffinity(0, sizeof last, &last) == 0, "the system does not say where a thread may run");
    expect(CPU_EQUAL(&first, &last), "a thread may not run where it could before");
#endif
    // There is no such thread.
    decant_processors unused;
    memset(&unused, 0, sizeof unused);
    expect(decant_keep_away(-1, &unused) == 0, "a thread that is not there was kept away");
}
