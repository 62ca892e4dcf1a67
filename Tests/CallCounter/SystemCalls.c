#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CallCounter.h"

enum { longest_seconds = 60, refused_filter = 255 };

// The number of a trapped call leaves as the status of the child, one up: 0 is a child that made none.
static void trapped(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)context;
    syscall(SYS_exit, info->si_syscall < refused_filter - 1 ? info->si_syscall + 1 : refused_filter - 1);
}

static void run_confined(void (*body)(void *), void *context) {
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    struct sock_fprog filter = {sizeof rules / sizeof rules[0], rules};
    struct sigaction action = {.sa_sigaction = trapped, .sa_flags = SA_SIGINFO};
    alarm(longest_seconds);
    if (sigaction(SIGSYS, &action, NULL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        syscall(SYS_exit, refused_filter);
    }
    body(context);
    syscall(SYS_exit, 0);
}

int call_counter_first_system_call(void (*body)(void *), void *context) {
    const pid_t child = fork();
    if (child < 0) return CALL_COUNTER_UNKNOWN;
    if (child == 0) run_confined(body, context);
    int status;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) == refused_filter) {
        return CALL_COUNTER_UNKNOWN;
    }
    return WEXITSTATUS(status) == 0 ? CALL_COUNTER_NONE : WEXITSTATUS(status) - 1;
}
