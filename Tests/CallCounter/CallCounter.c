#define _GNU_SOURCE
#include "CallCounter.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>

// In the program itself, so that reading them never allocates.
static __thread int counting;
static __thread call_counts counts;

void call_counter_start(void) {
    counts = (call_counts){0};
    counting = 1;
}

call_counts call_counter_stop(void) {
    counting = 0;
    return counts;
}

#if defined(__GLIBC__)

// The C library's own, under the names by which it exports them for this purpose.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void allocated(void) { counts.allocations += counting; }

void *malloc(size_t size) {
    allocated();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocated();
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    allocated();
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    allocated();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *found = memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *memory = found;
    return 0;
}

void free(void *memory) {
    counts.releases += counting && memory != NULL;
    __libc_free(memory);
}

// Locks have no second name: the next definition after ours is the C library's.
#define LOCKING(name, parameters, arguments)                                     \
    int name parameters {                                                        \
        static int(*next) parameters;                                            \
        counts.locks += counting;                                                \
        if (next == NULL) next = (int(*) parameters)dlsym(RTLD_NEXT, #name);     \
        return next arguments;                                                   \
    }
LOCKING(pthread_mutex_lock, (pthread_mutex_t * lock), (lock))
LOCKING(pthread_mutex_trylock, (pthread_mutex_t * lock), (lock))
LOCKING(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
LOCKING(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))

#endif
