// Counts what a thread asks of the allocator and of POSIX locks, for tests of code that must do neither.
//
// The functions that are counted are defined here, in the program of the tests, and pass every call on to the C library: the
// program's own calls and those of its shared libraries, the Swift runtime among them, come through here. Locks that are no
// POSIX locks (Swift's Mutex, a futex in the Swift runtime) are not seen here; where they wait or wake somebody they are
// system calls, and those are trapped by `call_counter_first_system_call`. A lock that is not POSIX's and that nobody else holds
// is one atomic instruction, which neither sees.
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

enum {
    CALL_COUNTER_NONE = -1,     // no system call
    CALL_COUNTER_UNKNOWN = -2,  // the kernel allows no filter, or `body` crashed or took longer than a minute
};

/// Number of the first system call that `body` makes, or CALL_COUNTER_NONE.
///
/// `body` runs in a child of this process that may call nothing but exit (seccomp); what it changes is lost with the child.
int call_counter_first_system_call(void (*body)(void *), void *context);

#endif
