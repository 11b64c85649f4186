/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command several times with its streams on /dev/null and prints
 * seconds, peak kilobytes and exit status of each run. It is small, because
 * the kernel counts what a process was before exec as its peak memory.
 *
 *   runner COUNT COMMAND...
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef __linux__
#error "ru_maxrss has another unit elsewhere"
#endif

/* Not in POSIX 2008, but everywhere. */
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
child(char **argv)
{
	int null = open("/dev/null", O_RDWR);

	if (null >= 0 && dup2(null, 0) == 0 && dup2(null, 1) == 1 &&
	    dup2(null, 2) == 2)
		(void)execvp(argv[0], argv);
	_exit(127);
}

int
main(int argc, char **argv)
{
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;

	for (long i = 0; i < runs; i++) {
		struct rusage usage = { 0 };
		double start = now();
		int status = 0;
		pid_t pid = fork();

		if (pid == 0)
			child(argv + 2);
		if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
			return 1;
		printf("%.6f %ld %d\n", now() - start, usage.ru_maxrss,
		    WIFEXITED(status) ? WEXITSTATUS(status) : 255);
	}
	return runs > 0 ? 0 : 2;
}
