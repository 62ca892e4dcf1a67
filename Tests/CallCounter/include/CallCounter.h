// Counts what a thread asks of the allocator and of POSIX locks, for tests of code that must do neither.
//
// The functions that are counted are defined here, in the program of the tests, and pass every call on to the C library: the
// program's own calls and those of its shared libraries, the Swift runtime among them, come through here.
#ifndef CALLCOUNTER_H
#define CALLCOUNTER_H

#include <stdint.h>

/// Calls of one thread.
typedef struct {
    int64_t allocations;  // malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign
    int64_t releases;     // free of something
    int64_t locks;        // mutexes and read-write locks taken or tried
} call_counts;

/// Begins to count the calling thread's calls, from zero.
void call_counter_start(void);
/// Ends counting; what this thread has called since the start.
call_counts call_counter_stop(void);

#endif
