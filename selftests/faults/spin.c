// SPDX-License-Identifier: GPL-2.0-or-later
/* Sends one thread of a process into an endless loop, while the others go on. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests/faults/injector.h"

#define JUMP_TO_ITSELF	0xfeebL		/* x86: jmp . */

/* Where the program's first instruction is in its process, 0 if that cannot be told. */
static unsigned long entry_of(pid_t thread)
{
	Elf64_auxv_t entry = { 0 };
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/auxv", thread);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (entry.a_type != AT_ENTRY && read(fd, &entry, sizeof(entry)) == sizeof(entry))
		;
	close(fd);
	return entry.a_type == AT_ENTRY ? entry.a_un.a_val : 0;
}

static int write_loop(pid_t thread, unsigned long address)
{
	long word;

	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, thread, address, NULL);
	if (errno)
		return -1;
	return ptrace(PTRACE_POKETEXT, thread, address, (word & ~0xffffL) | JUMP_TO_ITSELF);
}

static int go_there(pid_t thread, unsigned long address)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &regs) < 0)
		return -1;
	regs.rip = address;
	/* It may be about to start a call anew that was interrupted, two bytes before. */
	regs.orig_rax = -1;
	return ptrace(PTRACE_SETREGS, thread, NULL, &regs);
}

int spin_thread(char *const words[])
{
	pid_t thread = atoi(words[0]);
	unsigned long entry = thread > 0 ? entry_of(thread) : 0;

	if (!entry)
		return fail(words[0]);
	if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) < 0)
		return fail("seize");
	await_instant();
	if (ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0 || waitpid(thread, NULL, __WALL) < 0)
		return fail("interrupt");
	if (write_loop(thread, entry) < 0 || go_there(thread, entry) < 0)
		return fail("redirect");
	return ptrace(PTRACE_DETACH, thread, NULL, NULL) < 0 ? fail("detach") : EXIT_SUCCESS;
}
